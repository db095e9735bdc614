"""Characters that are drawn or typed in place of others: data for ``aigc_guard.text``."""

from __future__ import annotations

_PAIRS = (
    "аa бb вb сc ԁd еe ѐe ёe єe ғf ԍg һh нh іi їi јj кk қk ӏl мm пn оo рp ԛq гr ѕs тt цu υu ѵv ԝw "
    "шw щw хx уy үy ґr ўy ɑa "
    "αa βb ϲc ϵe εe ηn ιi ϳj κk νv οo ρp τt χx γy ωw μu σo ςs ζz "
    "ɐa ɓb ƀb ɕc ƈc ɗd đd ðd ɖd ǝe ɛe ɘe əe ƒf ɡg ɠg ɢg ɦh ħh ɨi ɪi ıi ɩi ʝj ɉj ƙk łl ɫl ɭl ʟl ɯm "
    "ɱm ɲn ŋn ɴn øo ɵo ɔo "
    "ƥp þp ʠq ɾr ɹr ʀr ʂs ʃs ƨs ŧt ƭt ʈt ʇt ʉu ʊu ʋv ʌv ᴠv ʍw ɰw ʏy ƴy ʎy ʐz ƶz ʑz "
    "ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ʜh ᴊj ᴋk ᴍm ᴏo ᴘp ꞯq ꜱs ᴛt ᴜu ᴡw ᴢz "
    "ɒa ƃb ᑲb ᑯd ᖴf ꓲl աw օo սu հh ոn ցg զq յj ѡw"
)

LOOK_ALIKES = {pair[0]: pair[1].lower() for pair in _PAIRS.split()}
"""Lower-case look-alikes of Latin letters, read as such only in words that could be Latin."""

LEET = {
    "0": "o", "1": "i", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b",
    "9": "g", "@": "a", "$": "s", "!": "i", "|": "l", "+": "t", "€": "e", "£": "l", "¡": "i",
    "(": "c",
}  # fmt: skip
"""What digits and signs stand for inside a word."""

EMOJI_WORDS = {
    "🖕": "middle finger", "💩": "shit", "🐒": "monkey", "🐵": "monkey face", "🦍": "gorilla",
    "🐷": "pig", "🐖": "pig", "🐀": "rat", "🐍": "snake", "🐕": "dog", "🐶": "dog", "🐔": "chicken",
    "🤡": "clown", "🤮": "vomit", "🤢": "sick", "😡": "angry", "🤬": "swearing", "👿": "devil",
    "🔫": "gun", "🔪": "knife", "💣": "bomb", "☠": "death", "💀": "skull", "⚰": "coffin",
    "🗑": "rubbish", "🚮": "rubbish", "🏳": "flag", "🌈": "rainbow", "🏴": "black flag",
    "❤": "love", "🥰": "love", "😍": "love", "😂": "laughing", "🤣": "laughing", "😭": "crying",
    "👍": "good", "👎": "bad", "🙏": "please", "👏": "clapping", "🔥": "fire", "✊": "raised fist",
    "🧕": "muslim woman in headscarf", "👳": "man in turban", "🕌": "mosque", "🕍": "synagogue",
    "✡": "star of david", "✝": "cross", "☪": "islam", "🕋": "mecca", "♿": "wheelchair disabled",
    "🏿": "", "🏻": "", "👨": "man", "👩": "woman", "👧": "girl", "👦": "boy", "👬": "gay men",
    "👭": "lesbian women", "⚧": "transgender", "♀": "woman", "♂": "man", "🍑": "bottom",
    "🍆": "penis", "🐄": "cow", "🐮": "cow", "🐑": "sheep", "🐐": "goat", "🦠": "virus",
    "🪳": "cockroach", "🐛": "bug", "🐜": "ant", "🕷": "spider", "🐊": "crocodile", "🥷": "ninja",
    "👶": "baby", "👴": "old man", "👵": "old woman", "🧠": "brain", "✅": "yes", "❌": "no",
    "🚫": "forbidden", "⛔": "forbidden", "💔": "broken heart", "😊": "smile", "🙂": "smile",
    "😠": "angry", "🤔": "thinking", "🙄": "eye roll", "😒": "unamused", "💪": "strong",
    "©": "(c)", "®": "(r)", "™": "tm", "✓": "yes", "★": "star", "☆": "star",
}  # fmt: skip
"""Words for emoji whose Unicode name would mislead a reader or be too long."""

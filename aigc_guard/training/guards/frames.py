"""Everyday sentences about people, in which every identity term must be as harmless as the next.

Written for this project: public sets mention some groups almost only under attack, and a model that
reads them learns the term instead of the attack. A few contrast sentences say what an attack is.
"""

from __future__ import annotations

import random

_GROUP_WORDS = (
    "gay lesbian bisexual transgender trans queer lgbt lgbtq heterosexual homosexual straight "
    "nonbinary black white asian african american european latino latina latinx hispanic mexican "
    "canadian chinese japanese indian korean arab turkish polish irish muslim christian jewish "
    "catholic protestant buddhist hindu sikh taoist atheist blind deaf paralyzed disabled autistic "
    "old older elderly young younger teenage middle-aged millennial male female immigrant foreign"
)
GROUP_WORDS = tuple(_GROUP_WORDS.split())
"""What a group of people may be called."""
_GOOD_WORDS = (
    "kind brave lovely wonderful great neat friendly gracious honest gentle clever patient "
    "hard-working cheerful generous calm thoughtful fine decent proud happy"
)
_GOOD = _GOOD_WORDS.split()
_ROLES_WORDS = (
    "man woman person neighbour doctor teacher colleague friend singer writer engineer nurse "
    "student parent voter customer lawyer actor mayor couple family community reader"
)
_ROLES = _ROLES_WORDS.split()

_HARMLESS = (
    "You are a {good} {adj} {role}.",
    "You are {adj}, and so is my best friend.",
    "You are a {good}, {adj} {role}.",
    "you are such a {good} {adj} {role}",
    "You seem {good} and {adj}",
    "I am {adj} and {good}.",
    "I am a {adj} {role} from Leeds.",
    "i'm {adj} and my partner is {adj2}",
    "We love our {adj} neighbours.",
    "love the {adj} community",
    "respect {adj} people",
    "hug a {adj} {role} today",
    "like my {adj} {role}",
    "I respect every {adj} {role}",
    "People who are {adj} deserve the same care as people who are {adj2}.",
    "The {adj} {role} won the prize for her second novel.",
    "Our {adj} and {adj2} readers asked for longer opening hours.",
    "The museum opens an exhibition about {adj} life in the city.",
    "She is {adj}; he is {adj2}; both were hired on merit.",
    "A {adj} {role} spoke at the conference on Monday.",
    "My father is {adj} and my mother is {adj2}.",
    "The hotel welcomes {adj} guests.",
    "Are there {adj} restaurants near the station?",
    "He wrote his thesis on {adj} history.",
    "The law protects {adj} and {adj2} workers alike.",
    "Being {adj} is {good}.",
    "Being {adj} is nothing to be ashamed of.",
    "My son told us that he is {adj}, and we are {good}.",
    "That {adj} {role} is really {good}!",
    "What a {good} {adj} {role}",
    "a {good} {adj}",
    "You are a {good} {adj}",
    "you're a {good} {adj}",
    "They are {good} {adj} people and I like them.",
    "As a {adj} {role}, I found the book helpful.",
    "The survey asked {adj} and {adj2} residents about transport.",
    "The {adj} festival takes place in June.",
    "{adj} {role}s are invited to apply.",
    "The clinic has an interpreter for {adj} patients.",
    "Most {adj} voters supported the proposal.",
)
_ATTACKS = (
    "{adj} people should be thrown out of this country.",
    "I can't stand {adj} people, they ruin everything.",
    "All {adj} people are liars and thieves.",
    "You are a disgusting {adj}",
    "you are a vile, worthless {adj} {role}",
    "hate {adj}",
    "Being {adj} is disgusting.",
    "Nobody wants you {adj} scum here",
    "No {adj} {role} should be allowed to vote.",
    "The world would be better without {adj} people.",
    "{adj} people are animals",
    "That {adj} {role} is filth.",
)


def draw_frame(rng: random.Random) -> tuple[str, bool]:
    """A sentence about a drawn group, and whether it attacks (one in four)."""
    attacks = rng.random() < 0.25
    text = rng.choice(_ATTACKS if attacks else _HARMLESS).format(
        adj=rng.choice(GROUP_WORDS),
        adj2=rng.choice(GROUP_WORDS),
        good=rng.choice(_GOOD),
        role=rng.choice(_ROLES),
    )
    return (text[0].upper() + text[1:] if rng.random() < 0.5 else text.lower()), attacks

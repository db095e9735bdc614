"""Sentences in several languages, written for these tests; one a line, by language."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "de": """Der Stadtrat hat am Montag den Haushalt für das kommende Jahr beschlossen.
Die Lampe kostet neunundvierzig Euro und wiegt zweieinhalb Kilogramm.
Wir freuen uns, Ihnen unser neues Angebot vorstellen zu können.
Der Mieter ist verpflichtet, die Wohnung bei Auszug zu reinigen.
Bitte beachten Sie, dass der Vertrag nur schriftlich gekündigt werden kann.
Nach dem Unfall wurden zwei Personen leicht verletzt.
Das Museum öffnet seine Türen auch am Sonntag.
Kinder unter sechs Jahren haben freien Eintritt.""",
    "fr": """Le conseil municipal a adopté le budget de l'année prochaine lundi soir.
Cette lampe coûte quarante-neuf euros et pèse moins de trois kilos.
Nous sommes heureux de vous présenter notre nouvelle collection.
Le locataire doit nettoyer l'appartement avant son départ.
Deux personnes ont été légèrement blessées dans l'accident.
Le musée sera ouvert tous les jours pendant les vacances.
Le contrat peut être résilié par écrit à tout moment.
Les enfants de moins de six ans entrent gratuitement.""",
    "es": """El ayuntamiento aprobó el lunes el presupuesto del próximo año.
La lámpara cuesta cuarenta y nueve euros y pesa menos de tres kilos.
Nos alegra presentarle nuestra nueva colección de invierno.
El inquilino debe limpiar la vivienda antes de entregar las llaves.
Dos personas resultaron heridas en el accidente de ayer.
El museo abrirá también los domingos por la mañana.
El contrato se puede rescindir por escrito en cualquier momento.
Los niños menores de seis años entran gratis.""",
    "it": """Il consiglio comunale ha approvato lunedì il bilancio del prossimo anno.
La lampada costa quarantanove euro e pesa meno di tre chili.
Siamo lieti di presentarvi la nostra nuova collezione.
L'inquilino deve pulire la casa prima di riconsegnare le chiavi.
Due persone sono rimaste ferite nell'incidente di ieri.
Il museo sarà aperto anche la domenica mattina.
Il contratto può essere disdetto per iscritto in ogni momento.
I bambini sotto i sei anni entrano gratis.""",
    "pt": """A câmara municipal aprovou na segunda-feira o orçamento do próximo ano.
O candeeiro custa quarenta e nove euros e pesa menos de três quilos.
Temos o prazer de lhe apresentar a nossa nova coleção.
O inquilino deve limpar a casa antes de entregar as chaves.
Duas pessoas ficaram feridas no acidente de ontem.
O museu também estará aberto aos domingos de manhã.
O contrato pode ser rescindido por escrito a qualquer momento.
As crianças com menos de seis anos não pagam entrada.""",
    "nl": """De gemeenteraad heeft maandag de begroting voor volgend jaar goedgekeurd.
De lamp kost negenenveertig euro en weegt minder dan drie kilo.
Wij stellen u met plezier onze nieuwe collectie voor.
De huurder moet de woning schoonmaken voordat hij vertrekt.
Bij het ongeluk van gisteren raakten twee mensen gewond.
Het museum is ook op zondag open voor bezoekers.
Het contract kan op elk moment schriftelijk worden opgezegd.
Kinderen onder de zes jaar mogen gratis naar binnen.""",
    "sv": """Kommunfullmäktige antog i måndags budgeten för nästa år.
Lampan kostar fyrtionio euro och väger mindre än tre kilo.
Vi är glada att kunna visa vår nya kollektion.
Hyresgästen ska städa lägenheten innan han flyttar ut.
Två personer skadades lätt i olyckan i går.
Museet är öppet även på söndagar.
Avtalet kan sägas upp skriftligen när som helst.
Barn under sex år går in gratis.""",
    "pl": """Rada miasta przyjęła w poniedziałek budżet na przyszły rok.
Lampa kosztuje czterdzieści dziewięć euro i waży mniej niż trzy kilogramy.
Z przyjemnością przedstawiamy naszą nową kolekcję.
Najemca ma obowiązek posprzątać mieszkanie przed wyprowadzką.
We wczorajszym wypadku dwie osoby zostały lekko ranne.
Muzeum będzie otwarte także w niedziele.
Umowę można wypowiedzieć na piśmie w każdej chwili.
Dzieci do lat sześciu wchodzą za darmo.""",
    "fi": """Kaupunginvaltuusto hyväksyi maanantaina ensi vuoden talousarvion.
Lamppu maksaa neljäkymmentäyhdeksän euroa ja painaa alle kolme kiloa.
Meillä on ilo esitellä teille uusi mallistomme.
Vuokralaisen on siivottava asunto ennen muuttoa.
Kaksi ihmistä loukkaantui lievästi eilisessä onnettomuudessa.
Museo on avoinna myös sunnuntaisin.
Sopimus voidaan irtisanoa kirjallisesti milloin tahansa.
Alle kuusivuotiaat lapset pääsevät sisään ilmaiseksi.""",
    "tr": """Belediye meclisi pazartesi günü gelecek yılın bütçesini onayladı.
Lamba kırk dokuz avro ve üç kilodan daha hafif.
Yeni koleksiyonumuzu sizlere tanıtmaktan mutluluk duyuyoruz.
Kiracı, çıkmadan önce daireyi temizlemek zorundadır.
Dünkü kazada iki kişi hafif yaralandı.
Müze pazar günleri de açık olacak.
Sözleşme her zaman yazılı olarak feshedilebilir.
Altı yaşından küçük çocuklar için giriş ücretsizdir.""",
    "vi": """Hội đồng thành phố đã thông qua ngân sách cho năm tới vào thứ hai.
Chiếc đèn này có giá bốn mươi chín euro và nặng dưới ba ký.
Chúng tôi rất vui được giới thiệu bộ sưu tập mới với các bạn.
Người thuê nhà phải dọn dẹp căn hộ trước khi chuyển đi.
Hai người bị thương nhẹ trong vụ tai nạn hôm qua.
Bảo tàng cũng mở cửa vào chủ nhật.
Hợp đồng có thể được chấm dứt bằng văn bản bất cứ lúc nào.
Trẻ em dưới sáu tuổi được vào cửa miễn phí.""",
    "id": """Dewan kota menyetujui anggaran untuk tahun depan pada hari Senin.
Lampu ini berharga empat puluh sembilan euro dan beratnya kurang dari tiga kilo.
Kami dengan senang hati memperkenalkan koleksi baru kami.
Penyewa harus membersihkan rumah sebelum pindah.
Dua orang mengalami luka ringan dalam kecelakaan kemarin.
Museum ini juga akan dibuka pada hari Minggu.
Kontrak dapat diakhiri secara tertulis kapan saja.
Anak di bawah enam tahun tidak perlu membayar.""",
    "en": """The council approved next year's budget on Monday night.
The lamp costs forty-nine euros and weighs less than three kilos.
Die casting and hat making are in the programme of the fair.
The Schmidt-Müller family runs a café, a bakery and an atelier in Köln.
Wireless, waterproof, lightweight: carabiner included, batteries sold separately.
Two people were slightly hurt in yesterday's accident on the A7.
The tenant shall clean the premises before returning the keys.
Ludwig van Beethoven's Mondscheinsonate opens the evening in Bad Homburg.""",
    "ru": """Городской совет утвердил в понедельник бюджет на следующий год.
Лампа стоит сорок девять евро и весит меньше трёх килограммов.
Музей будет открыт и по воскресеньям.""",
    "ja": """市議会は月曜日に来年度の予算を承認しました。
このランプは四十九ユーロで、重さは三キロ未満です。
美術館は日曜日も開いています。""",
    "ko": """시의회는 월요일에 내년 예산을 승인했습니다.
이 램프는 사십구 유로이고 무게는 삼 킬로그램 미만입니다.
박물관은 일요일에도 문을 엽니다.""",
    "ar": """وافق مجلس المدينة يوم الاثنين على ميزانية العام المقبل.
يبلغ سعر المصباح تسعة وأربعين يورو.
سيفتح المتحف أبوابه يوم الأحد أيضا.""",
    "zh": """市议会周一批准了明年的预算。
这盏灯售价四十九欧元，重量不到三公斤。
博物馆周日也开放，支持 Apple Pay 和 Visa Card 支付。
承租人应在退房前打扫干净。
昨天的事故造成两人轻伤。""",
}  # fmt: skip

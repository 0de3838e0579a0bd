"""The concepts of the world and their words, one row per concept: en | de | es | tr | hi | ar.

Real words, so that relatedness is the real one: English and German share roots, Spanish shares the learned words,
Turkish borrows a few, Hindi and Arabic have other scripts. A leading `m`, `f` or `n` is the gender; `/` separates
forms."""

from __future__ import annotations

LANGUAGES = ("en", "de", "es", "tr", "hi", "ar")

OBJECTS = """
lamp   | lamp   | f Lampe   | f lámpara  | lamba    | m लैंप  | m مصباح
cup    | cup    | f Tasse   | f taza     | fincan   | m कप    | m كوب
coat   | coat   | m Mantel  | m abrigo   | palto    | m कोट   | m معطف
guitar | guitar | f Gitarre | f guitarra | gitar    | m गिटार | m جيتار
car    | car    | n Auto    | m coche    | araba    | f गाड़ी  | f سيارة
bag    | bag    | f Tasche  | f bolsa    | çanta    | m थैला  | f حقيبة
book   | book   | n Buch    | m libro    | kitap    | f किताब | m كتاب
box    | box    | f Kiste   | f caja     | kutu     | m डिब्बा | m صندوق
chair  | chair  | m Stuhl   | f silla    | sandalye | f कुर्सी  | m كرسي
hat    | hat    | m Hut     | m sombrero | şapka    | f टोपी  | f قبعة
table  | table  | m Tisch   | f mesa     | masa     | f मेज़  | f طاولة
ball   | ball   | m Ball    | m balón    | top      | f गेंद  | f كرة
"""

PEOPLE = """
doctor    | doctor    | m Doktor  | m doctor     | doktor   | m डॉक्टर  | m طبيب
teacher   | teacher   | m Lehrer  | m maestro    | öğretmen | m शिक्षक  | m معلم
singer    | singer    | m Sänger  | m cantante   | şarkıcı  | m गायक   | m مغني
farmer    | farmer    | m Bauer   | m granjero   | çiftçi   | m किसान  | m مزارع
student   | student   | m Student | m estudiante | öğrenci  | m छात्र    | m طالب
neighbour | neighbour | f Nachbarin | f vecina   | komşu    | f पड़ोसिन | f جارة
painter   | painter   | m Maler   | m pintor     | ressam   | m चित्रकार | m رسام
queen     | queen     | f Königin | f reina      | kraliçe  | f रानी    | f ملكة
"""

PLACES = """
market  | market  | m Markt   | m mercado  | çarşı | m बाज़ार | m سوق
garden  | garden  | m Garten  | m jardín   | bahçe | m बगीचे | f حديقة
park    | park    | m Park    | m parque   | park  | m पार्क  | m متنزه
school  | school  | f Schule  | f escuela  | okul  | m स्कूल | f مدرسة
museum  | museum  | n Museum  | m museo    | müze  | m संग्रहालय | m متحف
station | station | f Station | f estación | gar   | m स्टेशन | f محطة
hotel   | hotel   | n Hotel   | m hotel    | otel  | m होटल  | m فندق
house   | house   | n Haus    | f casa     | ev    | m घर    | m بيت
"""

ADJECTIVES = """
red    | red    | rot     | rojo/roja         | kırmızı | लाल/लाल      | أحمر/حمراء
blue   | blue   | blau    | azul/azul         | mavi    | नीला/नीली     | أزرق/زرقاء
green  | green  | grün    | verde/verde       | yeşil   | हरा/हरी       | أخضر/خضراء
white  | white  | weiß    | blanco/blanca     | beyaz   | सफ़ेद/सफ़ेद    | أبيض/بيضاء
black  | black  | schwarz | negro/negra       | siyah   | काला/काली    | أسود/سوداء
yellow | yellow | gelb    | amarillo/amarilla | sarı    | पीला/पीली     | أصفر/صفراء
big    | big    | groß    | grande/grande     | büyük   | बड़ा/बड़ी      | كبير/كبيرة
small  | small  | klein   | pequeño/pequeña   | küçük   | छोटा/छोटी    | صغير/صغيرة
old    | old    | alt     | viejo/vieja       | eski    | पुराना/पुरानी  | قديم/قديمة
new    | new    | neu     | nuevo/nueva       | yeni    | नया/नई       | جديد/جديدة
"""
COLOURS = ("red", "blue", "green", "white", "black", "yellow")

DAYS = """
monday    | Monday    | Montag     | lunes     | pazartesi | सोमवार  | الاثنين
tuesday   | Tuesday   | Dienstag   | martes    | salı      | मंगलवार  | الثلاثاء
wednesday | Wednesday | Mittwoch   | miércoles | çarşamba  | बुधवार   | الأربعاء
thursday  | Thursday  | Donnerstag | jueves    | perşembe  | गुरुवार   | الخميس
friday    | Friday    | Freitag    | viernes   | cuma      | शुक्रवार  | الجمعة
saturday  | Saturday  | Samstag    | sábado    | cumartesi | शनिवार  | السبت
sunday    | Sunday    | Sonntag    | domingo   | pazar     | रविवार   | الأحد
"""

# en past/base/participle, de participle, es past/participle stem, tr past/question particle/denied, hi and ar past by
# gender
VERBS = """
buy    | bought/buy/bought    | gekauft   | compró/comprad      | aldı/mı/almadı     | खरीदा/खरीदी | اشترى/اشترت
sell   | sold/sell/sold       | verkauft  | vendió/vendid       | sattı/mı/satmadı    | बेचा/बेची    | باع/باعت
find   | found/find/found     | gefunden  | encontró/encontrad  | buldu/mu/bulmadı    | पाया/पाई    | وجد/وجدت
paint  | painted/paint/painted | gemalt   | pintó/pintad        | boyadı/mı/boyamadı   | रंगा/रंगी    | رسم/رسمت
wash   | washed/wash/washed   | gewaschen | lavó/lavad          | yıkadı/mı/yıkamadı   | धोया/धोई   | غسل/غسلت
carry  | carried/carry/carried | getragen | llevó/llevad        | taşıdı/mı/taşımadı   | उठाया/उठाई  | حمل/حملت
lose   | lost/lose/lost       | verloren  | perdió/perdid       | kaybetti/mi/kaybetmedi | खोया/खोई   | فقد/فقدت
make   | made/make/made       | gemacht   | hizo/hech           | yaptı/mı/yapmadı    | बनाया/बनाई  | صنع/صنعت
see    | saw/see/seen         | gesehen   | vio/vist            | gördü/mü/görmedi    | देखा/देखी    | رأى/رأت
call   | called/call/called   | gerufen   | llamó/llamad        | çağırdı/mı/çağırmadı  | बुलाया/बुलाई | نادى/نادت
hear   | heard/hear/heard     | gehört    | oyó/oíd             | duydu/mu/duymadı    | सुना/सुनी    | سمع/سمعت
choose | chose/choose/chosen  | gewählt   | eligió/elegid       | seçti/mi/seçmedi    | चुना/चुनी    | اختار/اختارت
go     | went/go/gone         | gegangen  | fue/id              | gitti/mi/gitmedi    | गया/गई     | ذهب/ذهبت
come   | came/come/come       | gekommen  | vino/venid          | geldi/mi/gelmedi    | आया/आई     | جاء/جاءت
be     | was/be/been          | war       | estaba/estad        | ydi/mı/değildi      | था/थी       | كان/كانت
bear   | born/bear/born       | geboren   | nació/nacid         | doğdu/mu/doğmadı    | हुआ/हुआ     | ولد/ولدت
live   | lived/live/lived     | gelebt    | vivió/vivid         | yaşadı/mı/yaşamadı   | रहा/रही     | عاش/عاشت
work   | worked/work/worked   | gearbeitet | trabajó/trabajad   | çalıştı/mı/çalışmadı  | किया/किया   | عمل/عملت
"""
THING_VERBS = ("buy", "sell", "find", "paint", "wash", "carry", "lose", "make")
PERSON_VERBS = ("see", "call", "hear", "choose")

# Answers to a question that wants yes, no or neither.
REPLIES = {
    "en": ("Yes", "No", "Maybe"), "de": ("Ja", "Nein", "Vielleicht"), "es": ("Sí", "No", "Quizás"),
    "tr": ("Evet", "Hayır", "Belki"), "hi": ("हाँ", "नहीं", "शायद"), "ar": ("نعم", "لا", "ربما"),
}  # fmt: skip


def _table(text: str) -> dict[str, dict[str, str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return {row[0]: dict(zip(LANGUAGES, row[1:], strict=True)) for row in rows}


TABLES = {
    "object": _table(OBJECTS), "person": _table(PEOPLE), "place": _table(PLACES), "adjective": _table(ADJECTIVES),
    "day": _table(DAYS), "verb": _table(VERBS),
}  # fmt: skip
CONCEPTS = {kind: tuple(table) for kind, table in TABLES.items()}


def word(kind: str, concept: str, language: str) -> str:
    """The first form of a concept in a language."""
    return _FORMS[kind, concept, language][0]


def gender(kind: str, concept: str, language: str) -> str:
    """m, f or n; English and Turkish have none and give m."""
    cell = TABLES[kind][concept][language]
    return cell[0] if cell[1:2] == " " else "m"


def forms(kind: str, concept: str, language: str) -> list[str]:
    """The forms of a concept in a language."""
    return _FORMS[kind, concept, language]


_FORMS = {
    (kind, concept, language): cell[2 if cell[1:2] == " " else 0 :].split("/")
    for kind, table in TABLES.items() for concept, row in table.items() for language, cell in row.items()
}  # fmt: skip

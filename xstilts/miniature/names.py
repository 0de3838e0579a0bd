"""Names, shared by all languages: Latin script as written, transliterated in Hindi and Arabic."""

from __future__ import annotations

FIRST = """
f Anna | अन्ना | آنا
m Tom | टॉम | توم
f Clara | क्लारा | كلارا
m David | डेविड | ديفيد
f Emma | एम्मा | إيما
m Felix | फेलिक्स | فيلكس
f Greta | ग्रेटा | غريتا
m Hugo | ह्यूगो | هوغو
f Irene | आइरीन | إيرين
m Jonas | जोनास | جوناس
f Karin | करिन | كارين
m Leon | लियोन | ليون
f Maria | मारिया | ماريا
m Nico | निको | نيكو
f Olga | ओल्गा | أولغا
m Paul | पॉल | بول
f Rosa | रोज़ा | روزا
m Simon | साइमन | سيمون
f Teresa | टेरेसा | تيريزا
m Victor | विक्टर | فيكتور
f Laura | लौरा | لورا
m Martin | मार्टिन | مارتن
f Diana | डायना | ديانا
m Oscar | ऑस्कर | أوسكار
"""

LAST = """
Berger | बर्गर | برغر
Costa | कोस्टा | كوستا
Demir | देमिर | دمير
Fischer | फिशर | فيشر
Garcia | गार्सिया | غارسيا
Khan | खान | خان
Lopez | लोपेज़ | لوبيز
Moreno | मोरेनो | مورينو
Novak | नोवाक | نوفاك
Peters | पीटर्स | بيترز
Rossi | रॉसी | روسي
Silva | सिल्वा | سيلفا
Tanaka | तनाका | تاناكا
Weber | वेबर | ويبر
Yilmaz | यिलमाज़ | يلماز
Haddad | हद्दाद | حداد
"""

CITIES = """
Berlin | बर्लिन | برلين
Paris | पेरिस | باريس
Madrid | मैड्रिड | مدريد
London | लंदन | لندن
Ankara | अंकारा | أنقرة
Delhi | दिल्ली | دلهي
Oslo | ओस्लो | أوسلو
Lima | लीमा | ليما
Tunis | ट्यूनिस | تونس
Porto | पोर्टो | بورتو
Vienna | वियना | فيينا
Dublin | डबलिन | دبلن
Boston | बोस्टन | بوسطن
Milan | मिलान | ميلانو
Quito | क्विटो | كيتو
Nairobi | नैरोबी | نيروبي
"""

FIRMS = """
Orbex | ऑर्बेक्स | أوربكس
Solara | सोलारा | سولارا
Kronos | क्रोनोस | كرونوس
Nordia | नॉर्डिया | نورديا
Vantix | वैन्टिक्स | فانتكس
Zelmar | ज़ेलमार | زلمار
Palmero | पाल्मेरो | بالميرو
Lumora | लुमोरा | لومورا
Tarvos | टारवोस | تارفوس
Bexley | बेक्सली | بكسلي
"""


def _table(text: str) -> dict[str, tuple[str, str, str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return {row[0].split()[-1]: (row[0].split()[-1], row[1], row[2]) for row in rows}


FIRST_NAMES, LAST_NAMES, CITY_NAMES, FIRM_NAMES = (_table(text) for text in (FIRST, LAST, CITIES, FIRMS))
WOMEN = frozenset(line.split()[1] for line in FIRST.strip().splitlines() if line.startswith("f "))
_ALL = {**FIRST_NAMES, **LAST_NAMES, **CITY_NAMES, **FIRM_NAMES}


def spelled(name: str, language: str) -> str:
    """A name in the script of a language."""
    return _ALL[name][{"hi": 1, "ar": 2}.get(language, 0)]

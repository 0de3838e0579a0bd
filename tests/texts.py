"""Made-up sentences in many scripts, for tests of tokenizers, offsets and windows."""

from __future__ import annotations

LINES = {
    "en": "The small cat sees a long river near the old town.",
    "de": "Die kleine Katze sieht einen langen Fluss bei der alten Stadt.",
    "tr": "Küçük kedi eski şehrin yanında uzun bir ırmak görüyor.",
    "ru": "Маленькая кошка видит длинную реку около старого города.",
    "el": "Η μικρή γάτα βλέπει ένα μακρύ ποτάμι κοντά στην παλιά πόλη.",
    "zh": "小猫在老城旁边看见一条很长的河，河水很清。",
    "ja": "小さな猫は古い町の近くで長い川を見ています。",
    "ko": "작은 고양이가 오래된 마을 옆에서 긴 강을 봅니다.",
    "ar": "ترى القطة الصغيرة نهرًا طويلًا قرب المدينة القديمة.",
    "he": "החתולה הקטנה רואה נהר ארוך ליד העיר העתיקה.",
    "th": "แมวตัวเล็กเห็นแม่น้ำยาวใกล้เมืองเก่า",
    "hi": "छोटी बिल्ली पुराने शहर के पास एक लंबी नदी देखती है।",
    "bn": "ছোট বিড়াল পুরোনো শহরের কাছে একটি লম্বা নদী দেখে।",
    "ta": "சிறிய பூனை பழைய நகரத்தின் அருகே நீண்ட ஆற்றைப் பார்க்கிறது.",
    "my": "ကြောင်လေးသည် မြို့ဟောင်းအနီးတွင် မြစ်ရှည်ကို မြင်သည်။",
    "ka": "პატარა კატა ძველ ქალაქთან გრძელ მდინარეს ხედავს.",
}
"""One sentence a language, all of about the same meaning."""

CORPUS = [*LINES.values(), *(" ".join(line.split()[::-1]) for line in LINES.values())]
"""What the tests' tokenizer is trained on."""

"""Days of other calendars as days of ours. Raises ValueError for a day that no calendar has."""

from datetime import date, timedelta

SOLAR_HIJRI = range(1350, 1411)  # years of Iran and Afghanistan; later ones are of the lunar Hijri
BUDDHIST = range(2500, 2600)
BUDDHIST_YEARS = 543
ERAS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}
# Iran's leap years within 1350-1410, by the astronomers' calendar
LEAPS = frozenset(
    {1350, 1354, 1358, 1362, 1366, 1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408}
)
NOWRUZ_1350 = date(1971, 3, 21)
SOLAR_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("فروردین حمل", "اردیبهشت ثور", "خرداد جوزا", "تیر سرطان", "مرداد اسد"),
            *("شهریور سنبله", "مهر میزان", "آبان عقرب", "آذر قوس", "دی جدی", "بهمن دلو"),
            "اسفند حوت",
        ),
        1,
    )
    for name in names.split()
}


def day(year: int, month: int, number: int) -> date:
    """Return the day of our calendar, of a year of ours, of Thailand's or of Iran's."""
    if year in SOLAR_HIJRI:
        return _solar(year, month, number)
    return date(year - BUDDHIST_YEARS if year in BUDDHIST else year, month, number)


def era_year(era: str, year: str) -> int:
    """Return the year of ours for one of Japan's or Taiwan's; the first of an era is 元."""
    return ERAS[era] + (1 if year == "元" else int(year))


def solar_month(name: str) -> int | None:
    """Return the number of a month of Iran's or Afghanistan's calendar; None for another word."""
    return SOLAR_MONTHS.get(name.replace("ي", "ی").replace("ك", "ک"))


def _solar(year: int, month: int, number: int) -> date:
    length = 31 if month <= 6 else 30 if month < 12 or year in LEAPS else 29
    if not (1 <= month <= 12 and 1 <= number <= length):
        raise ValueError(f"{year}-{month}-{number} is in no calendar")
    years = (year - SOLAR_HIJRI.start) * 365 + sum(leap < year for leap in LEAPS)
    months = (month - 1) * 30 + min(month - 1, 6)
    return NOWRUZ_1350 + timedelta(days=years + months + number - 1)

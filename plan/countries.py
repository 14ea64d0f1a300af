"""The countries a plan can be worked in: their names, and the time zone a person there most likely keeps.

Slack shows at most 100 options in a select, whatever the number of groups, so this is a choice and not an
atlas: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#static_select Each
country is listed once, because two options with one value cannot be told apart when the form comes back.
"""

from typing import NamedTuple


class Country(NamedTuple):
    code: str  # ISO 3166, two letters
    name: str
    time_zone: str  # IANA; in countries with several, the one of the business capital


class CountryGroup(NamedTuple):
    label: str
    countries: tuple[Country, ...]


_OFTEN_USED = (
    Country("US", "United States", "America/New_York"),
    Country("GB", "United Kingdom", "Europe/London"),
    Country("DE", "Germany", "Europe/Berlin"),
    Country("FR", "France", "Europe/Paris"),
    Country("NL", "Netherlands", "Europe/Amsterdam"),
    Country("CA", "Canada", "America/Toronto"),
    Country("AU", "Australia", "Australia/Sydney"),
    Country("IN", "India", "Asia/Kolkata"),
    Country("IE", "Ireland", "Europe/Dublin"),
    Country("SG", "Singapore", "Asia/Singapore"),
)

_EUROPE = (
    Country("AL", "Albania", "Europe/Tirane"),
    Country("AT", "Austria", "Europe/Vienna"),
    Country("BE", "Belgium", "Europe/Brussels"),
    Country("BA", "Bosnia and Herzegovina", "Europe/Sarajevo"),
    Country("BG", "Bulgaria", "Europe/Sofia"),
    Country("HR", "Croatia", "Europe/Zagreb"),
    Country("CY", "Cyprus", "Asia/Nicosia"),
    Country("CZ", "Czechia", "Europe/Prague"),
    Country("DK", "Denmark", "Europe/Copenhagen"),
    Country("EE", "Estonia", "Europe/Tallinn"),
    Country("FI", "Finland", "Europe/Helsinki"),
    Country("GR", "Greece", "Europe/Athens"),
    Country("HU", "Hungary", "Europe/Budapest"),
    Country("IS", "Iceland", "Atlantic/Reykjavik"),
    Country("IT", "Italy", "Europe/Rome"),
    Country("LV", "Latvia", "Europe/Riga"),
    Country("LI", "Liechtenstein", "Europe/Vaduz"),
    Country("LT", "Lithuania", "Europe/Vilnius"),
    Country("LU", "Luxembourg", "Europe/Luxembourg"),
    Country("MT", "Malta", "Europe/Malta"),
    Country("MC", "Monaco", "Europe/Monaco"),
    Country("ME", "Montenegro", "Europe/Podgorica"),
    Country("MK", "North Macedonia", "Europe/Skopje"),
    Country("NO", "Norway", "Europe/Oslo"),
    Country("PL", "Poland", "Europe/Warsaw"),
    Country("PT", "Portugal", "Europe/Lisbon"),
    Country("RO", "Romania", "Europe/Bucharest"),
    Country("RS", "Serbia", "Europe/Belgrade"),
    Country("SK", "Slovakia", "Europe/Bratislava"),
    Country("SI", "Slovenia", "Europe/Ljubljana"),
    Country("ES", "Spain", "Europe/Madrid"),
    Country("SE", "Sweden", "Europe/Stockholm"),
    Country("CH", "Switzerland", "Europe/Zurich"),
    Country("UA", "Ukraine", "Europe/Kyiv"),
)

_AMERICAS = (
    Country("AR", "Argentina", "America/Argentina/Buenos_Aires"),
    Country("BB", "Barbados", "America/Barbados"),
    Country("BM", "Bermuda", "Atlantic/Bermuda"),
    Country("BO", "Bolivia", "America/La_Paz"),
    Country("BR", "Brazil", "America/Sao_Paulo"),
    Country("KY", "Cayman Islands", "America/Cayman"),
    Country("CL", "Chile", "America/Santiago"),
    Country("CO", "Colombia", "America/Bogota"),
    Country("CR", "Costa Rica", "America/Costa_Rica"),
    Country("DO", "Dominican Republic", "America/Santo_Domingo"),
    Country("EC", "Ecuador", "America/Guayaquil"),
    Country("SV", "El Salvador", "America/El_Salvador"),
    Country("GT", "Guatemala", "America/Guatemala"),
    Country("JM", "Jamaica", "America/Jamaica"),
    Country("MX", "Mexico", "America/Mexico_City"),
    Country("PA", "Panama", "America/Panama"),
    Country("PY", "Paraguay", "America/Asuncion"),
    Country("PE", "Peru", "America/Lima"),
    Country("PR", "Puerto Rico", "America/Puerto_Rico"),
    Country("TT", "Trinidad and Tobago", "America/Port_of_Spain"),
    Country("UY", "Uruguay", "America/Montevideo"),
)

_ASIA_PACIFIC = (
    Country("BD", "Bangladesh", "Asia/Dhaka"),
    Country("CN", "China", "Asia/Shanghai"),
    Country("HK", "Hong Kong", "Asia/Hong_Kong"),
    Country("ID", "Indonesia", "Asia/Jakarta"),
    Country("JP", "Japan", "Asia/Tokyo"),
    Country("KZ", "Kazakhstan", "Asia/Almaty"),
    Country("MY", "Malaysia", "Asia/Kuala_Lumpur"),
    Country("NZ", "New Zealand", "Pacific/Auckland"),
    Country("PK", "Pakistan", "Asia/Karachi"),
    Country("PH", "Philippines", "Asia/Manila"),
    Country("KR", "South Korea", "Asia/Seoul"),
    Country("LK", "Sri Lanka", "Asia/Colombo"),
    Country("TW", "Taiwan", "Asia/Taipei"),
    Country("TH", "Thailand", "Asia/Bangkok"),
    Country("VN", "Vietnam", "Asia/Ho_Chi_Minh"),
)

_MIDDLE_EAST_AFRICA = (
    Country("BH", "Bahrain", "Asia/Bahrain"),
    Country("EG", "Egypt", "Africa/Cairo"),
    Country("GH", "Ghana", "Africa/Accra"),
    Country("IL", "Israel", "Asia/Jerusalem"),
    Country("JO", "Jordan", "Asia/Amman"),
    Country("KE", "Kenya", "Africa/Nairobi"),
    Country("KW", "Kuwait", "Asia/Kuwait"),
    Country("MU", "Mauritius", "Indian/Mauritius"),
    Country("MA", "Morocco", "Africa/Casablanca"),
    Country("NG", "Nigeria", "Africa/Lagos"),
    Country("OM", "Oman", "Asia/Muscat"),
    Country("QA", "Qatar", "Asia/Qatar"),
    Country("RW", "Rwanda", "Africa/Kigali"),
    Country("SA", "Saudi Arabia", "Asia/Riyadh"),
    Country("ZA", "South Africa", "Africa/Johannesburg"),
    Country("TN", "Tunisia", "Africa/Tunis"),
    Country("TR", "Türkiye", "Europe/Istanbul"),
    Country("AE", "United Arab Emirates", "Asia/Dubai"),
)

COUNTRY_GROUPS: tuple[CountryGroup, ...] = (
    CountryGroup("Often used", _OFTEN_USED),
    CountryGroup("Europe", _EUROPE),
    CountryGroup("Americas", _AMERICAS),
    CountryGroup("Asia and Pacific", _ASIA_PACIFIC),
    CountryGroup("Middle East and Africa", _MIDDLE_EAST_AFRICA),
)

SHORT_NAMES = {
    "us": "united states",
    "usa": "united states",
    "uk": "united kingdom",
    "holland": "netherlands",
}
_BY_CODE = {country.code: country for group in COUNTRY_GROUPS for country in group.countries}


def country_name(code: str) -> str:
    """The country's name, or the code itself when we do not list it."""
    country = _BY_CODE.get(code)
    return country.name if country else code


def find_country(words: str) -> Country | None:
    """The country that is called so, in any case; `None` where we list none."""
    wanted = words.casefold().removeprefix("the ")
    wanted = SHORT_NAMES.get(wanted.replace(".", ""), wanted)
    return next((country for country in _BY_CODE.values() if country.name.casefold() == wanted), None)


def default_time_zone(code: str) -> str:
    """The IANA time zone somebody in this country most likely keeps; `UTC` when we do not list it."""
    country = _BY_CODE.get(code)
    return country.time_zone if country else "UTC"


def country_in_time_zone(zone: str) -> str:
    """The code of the country that somebody in this IANA time zone most likely works in; `US` else."""
    return next((country.code for country in _BY_CODE.values() if country.time_zone == zone), "US")

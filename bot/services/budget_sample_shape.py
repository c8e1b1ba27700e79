"""Which lines the invented budgets have, and how large they are about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SampleAccount:
    """An account with its usual share of the side's total, and how evenly it is carried out."""

    code: str
    name_km: str
    name_en: str
    share: float
    spread: float = 0.25
    executed: tuple[float, float] = (0.88, 1.0)


CHAPTERS = {
    "21": ("អចលកម្មរូបវន្ត", "Tangible assets"),
    "60": ("ការទិញ", "Purchases"),
    "61": ("សេវាកម្ម", "Services"),
    "64": ("បន្ទុកបុគ្គលិក", "Personnel"),
    "65": ("ឧបត្ថម្ភធនសង្គម", "Social assistance"),
    "70": ("ចំណូលសារពើពន្ធ", "Tax revenue"),
    "72": ("ចំណូលមិនមែនសារពើពន្ធ", "Non-tax revenue"),
    "75": ("ការផ្ទេរពីថ្នាក់ជាតិ", "Transfers from the national level"),
    "77": ("វិភាគទាន និងដៃគូអភិវឌ្ឍន៍", "Contributions and development partners"),
}

_UNEVEN = (0.55, 1.02)

EXPENDITURE = (
    SampleAccount("2111", "ការសាងសង់ និងជួសជុលផ្លូវ", "Roads", 0.36, 0.4, _UNEVEN),
    SampleAccount("2112", "ស្ពាន និងលូ", "Bridges and culverts", 0.09, 0.7, _UNEVEN),
    SampleAccount("2113", "ប្រឡាយ និងធារាសាស្ត្រ", "Canals and irrigation", 0.08, 0.7, _UNEVEN),
    SampleAccount("2114", "អណ្តូងទឹក និងទឹកស្អាត", "Wells and clean water", 0.05, 0.6, _UNEVEN),
    SampleAccount("2115", "អគារសាលារៀន", "School buildings", 0.06, 0.8, _UNEVEN),
    SampleAccount("6011", "សម្ភារៈការិយាល័យ", "Office supplies", 0.03),
    SampleAccount("6012", "ប្រេងឥន្ធនៈ", "Fuel", 0.02),
    SampleAccount("6013", "អគ្គិសនី និងទឹក", "Electricity and water", 0.015),
    SampleAccount("6111", "ជួសជុល និងថែទាំ", "Repair and maintenance", 0.02),
    SampleAccount("6112", "ប្រជុំ និងពិធីបុណ្យ", "Meetings and ceremonies", 0.02),
    SampleAccount("6113", "បេសកកម្ម", "Missions", 0.015),
    SampleAccount("6411", "ប្រាក់ឧបត្ថម្ភក្រុមប្រឹក្សា", "Allowances of the council", 0.09, 0.1),
    SampleAccount("6412", "ប្រាក់ឧបត្ថម្ភមេភូមិ", "Allowances of village chiefs", 0.06, 0.15),
    SampleAccount("6413", "ប្រាក់បៀវត្ស", "Salaries", 0.03, 0.1),
    SampleAccount("6511", "កុមារ និងស្ត្រី", "Children and women", 0.025, 0.4, (0.7, 1.0)),
    SampleAccount("6512", "ជំនួយគ្រួសារក្រីក្រ", "Help for poor families", 0.02, 0.5, (0.7, 1.0)),
    SampleAccount("6513", "សុខភាព និងអនាម័យ", "Health and sanitation", 0.015, 0.5, (0.7, 1.0)),
)
COMMUNE_REVENUE = (
    SampleAccount("7211", "ចំណូលពីសេវារដ្ឋបាល", "Administrative services", 0.03, 0.5, (0.7, 1.2)),
    SampleAccount("7511", "មូលនិធិឃុំ សង្កាត់", "Commune/Sangkat Fund", 0.9, 0.02, (0.97, 1.0)),
    SampleAccount("7711", "វិភាគទានប្រជាពលរដ្ឋ", "Contributions of residents", 0.03, 0.6, (0.5, 1.1)),
    SampleAccount("7712", "ដៃគូអភិវឌ្ឍន៍", "Development partners", 0.04, 0.8, (0.5, 1.0)),
)
DISTRICT_REVENUE = (
    SampleAccount("7011", "ពន្ធ និងអាករមូលដ្ឋាន", "Local taxes", 0.08, 0.3, (0.8, 1.15)),
    SampleAccount("7211", "ចំណូលពីសេវារដ្ឋបាល", "Administrative services", 0.07, 0.5, (0.7, 1.2)),
    SampleAccount("7512", "មូលនិធិក្រុង ស្រុក", "District/Municipality Fund", 0.8, 0.02, (0.97, 1.0)),
    SampleAccount("7712", "ដៃគូអភិវឌ្ឍន៍", "Development partners", 0.05, 0.8, (0.5, 1.0)),
)

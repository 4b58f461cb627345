"""Which words do the dynamic variables pick from where Faker has no list of their kind?

Data only. The lists follow the kinds of Postman's variables (a department, a job area, a MySQL type …), not its words.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "ABBREVIATIONS",
    "ACCOUNT_NAMES",
    "ADJECTIVES",
    "COLORS",
    "COMMON_FILE_EXTENSIONS",
    "COMMON_MEDIA_TYPES",
    "COMPANY_SUFFIXES",
    "DATABASE_COLLATIONS",
    "DATABASE_COLUMNS",
    "DATABASE_ENGINES",
    "DATABASE_TYPES",
    "DEPARTMENTS",
    "DIRECTORIES",
    "DOMAIN_SUFFIXES",
    "IMAGE_CATEGORIES",
    "ING_VERBS",
    "JOB_AREAS",
    "JOB_DESCRIPTORS",
    "JOB_TYPES",
    "LOCALES",
    "LOREM",
    "MAIL_HOSTS",
    "MEDIA_TYPES",
    "MONTHS",
    "NAME_PREFIXES",
    "NAME_SUFFIXES",
    "NOUNS",
    "PHRASES",
    "PRODUCTS",
    "PRODUCT_ADJECTIVES",
    "PRODUCT_MATERIALS",
    "TRANSACTION_TYPES",
    "VERBS",
    "WEEKDAYS",
]

Words = tuple[str, ...]


def _words(text: str) -> Words:
    return tuple(text.split())


MONTHS: Final[Words] = _words("January February March April May June July August September October November December")
WEEKDAYS: Final[Words] = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")

ABBREVIATIONS: Final[Words] = _words(
    "API CPU CSS DNS GPU HTTP IMAP JSON LAN RAM REST SDK SQL SSH SSL TCP TLS UDP URL USB VPN XML"
)
ADJECTIVES: Final[Words] = _words(
    "auxiliary bluetooth digital encrypted idle mobile neural online portable redundant remote "
    "secondary solid-state virtual wireless"
)
NOUNS: Final[Words] = _words(
    "alarm antenna array bandwidth bus card circuit driver firewall gateway hub interface "
    "monitor panel protocol router sensor server switch transmitter"
)
VERBS: Final[Words] = _words(
    "bypass calculate compress connect copy generate hack index navigate override parse program "
    "reboot synchronize transmit"
)
ING_VERBS: Final[Words] = _words(
    "bypassing calculating compressing connecting copying generating hacking indexing navigating "
    "overriding parsing programming rebooting synchronizing transmitting"
)
PHRASES: Final[Words] = (
    "Please {verb} the {adjective} {abbreviation} {noun} before you {other} the {thing}!",
    "Nobody can {verb} the {noun} without {ing} the {adjective} {abbreviation} {thing}!",
    "Once we {verb} the {adjective} {noun}, the {abbreviation} {thing} will {other} itself!",
    "Keep {ing} the {abbreviation} {noun} until they {verb} the {adjective} {thing}!",
)

COLORS: Final[Words] = (
    *_words(
        "azure black blue cyan gold green grey indigo ivory lime magenta maroon olive orange pink plum "
        "purple red salmon silver tan teal turquoise violet white yellow"
    ),
    "sky blue",
)
DEPARTMENTS: Final[Words] = _words(
    "Automotive Baby Beauty Books Clothing Computers Electronics Games Garden Grocery Health Home "
    "Jewelry Movies Music Outdoors Shoes Sports Tools Toys"
)
PRODUCTS: Final[Words] = _words(
    "Bike Bottle Chair Cheese Clock Computer Gloves Hat Keyboard Lamp Mouse Pants Pizza Shirt Shoes Soap Table Towels"
)
PRODUCT_ADJECTIVES: Final[Words] = _words(
    "Awesome Compact Ergonomic Fantastic Gorgeous Handmade Incredible Licensed Practical Refined "
    "Rustic Sleek Small Tasty"
)
PRODUCT_MATERIALS: Final[Words] = _words(
    "Bamboo Concrete Cotton Glass Granite Leather Metal Plastic Rubber Steel Wooden"
)
COMPANY_SUFFIXES: Final[Words] = ("Group", "Inc", "LLC", "and Sons")

JOB_DESCRIPTORS: Final[Words] = _words(
    "Central Chief Corporate Customer Direct District Dynamic Global Human Internal International "
    "Lead National Principal Regional Senior"
)
JOB_AREAS: Final[Words] = _words(
    "Accounts Applications Assurance Brand Communications Data Division Factors Finance Group "
    "Identity Infrastructure Marketing Operations Program Quality Research Security Solutions Web"
)
JOB_TYPES: Final[Words] = _words(
    "Administrator Agent Analyst Architect Assistant Consultant Coordinator Designer Developer "
    "Director Engineer Manager Officer Planner Producer Specialist Supervisor Technician"
)
NAME_PREFIXES: Final[Words] = ("Dr.", "Miss", "Mr.", "Mrs.", "Ms.")
NAME_SUFFIXES: Final[Words] = _words("Jr. Sr. I II III IV V MD DDS PhD DVM")

DATABASE_COLUMNS: Final[Words] = _words(
    "avatar category comment createdAt email group id name password phone status title token updatedAt"
)
DATABASE_TYPES: Final[Words] = _words(
    "bigint binary bit blob boolean date datetime decimal double enum float geometry int mediumint "
    "point real serial set smallint text time timestamp tinyint varchar"
)
DATABASE_COLLATIONS: Final[Words] = _words(
    "ascii_bin ascii_general_ci cp1250_bin cp1250_general_ci utf8_bin utf8_general_ci utf8_unicode_ci"
)
DATABASE_ENGINES: Final[Words] = _words("ARCHIVE BLACKHOLE CSV InnoDB MEMORY MyISAM")

ACCOUNT_NAMES: Final[Words] = tuple(
    f"{kind} Account"
    for kind in ("Checking", "Savings", "Investment", "Credit Card", "Auto Loan", "Home Loan", "Money Market")
)
TRANSACTION_TYPES: Final[Words] = ("deposit", "invoice", "payment", "withdrawal")

DOMAIN_SUFFIXES: Final[Words] = ("biz", "com", "info", "name", "net", "org")
MAIL_HOSTS: Final[Words] = ("gmail.com", "hotmail.com", "yahoo.com")
LOCALES: Final[Words] = _words(
    "ar bg bn ca cs da de el en es et eu fa fi fr gl he hi hr hu id is it ja ko lt lv mk ms nl no "
    "pl pt ro ru sk sl sq sr sv sw ta th tr uk ur vi zh"
)
IMAGE_CATEGORIES: Final[Words] = _words(
    "abstract animals business cats city fashion food nature nightlife people sports transport"
)

DIRECTORIES: Final[Words] = _words(
    "/Applications /Library /Users /bin /dev /etc /etc/defaults /home /home/user /lib /media /mnt /net "
    "/opt /opt/bin /opt/lib /opt/share /private/var /sbin /srv /sys /tmp /usr /usr/bin /usr/lib "
    "/usr/local/bin /usr/local/src /usr/share /usr/src /var /var/log /var/mail /var/spool /var/tmp"
)
COMMON_FILE_EXTENSIONS: Final[Words] = _words("gif htm html jpeg jpg mp3 mp4 mpeg mpg pdf png wav")
COMMON_MEDIA_TYPES: Final[Words] = ("application", "audio", "image", "text", "video")
MEDIA_TYPES: Final[Words] = (*COMMON_MEDIA_TYPES, "font", "message", "model", "multipart")

LOREM: Final[Words] = _words(
    "ad adipiscing aliqua aliquip amet anim aute cillum commodo consectetur consequat culpa cupidatat "
    "deserunt do dolor dolore duis ea eiusmod elit enim esse est et eu ex excepteur exercitation "
    "fugiat id in incididunt ipsum irure labore laboris laborum lorem magna minim mollit nisi non "
    "nostrud nulla occaecat officia pariatur proident qui quis reprehenderit sed sint sit sunt "
    "tempor ullamco ut velit veniam voluptate"
)

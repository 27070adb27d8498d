"""How text becomes words: the same in documents and in queries, in SQL that needs no extension.

Letters are folded (no case, no accents), then the snowball stemmers of PostgreSQL do the rest:
each locale has the text search configuration of its language, or `simple`, where there is none.
"""

# The subtag of a language (BCP 47) -> the configuration. PostgreSQL 16 lacks some: see CONFIG.
LANGUAGES = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
_NAMES = " ".join(f"WHEN '{code}' THEN '{name}'" for code, name in LANGUAGES.items())
# Of `locale.code`. What a server does not have is stemmed by nobody.
CONFIG = f"""
    coalesce((SELECT known.oid::regconfig FROM pg_ts_config known
               WHERE known.cfgnamespace = 'pg_catalog'::regnamespace
                 AND known.cfgname = CASE split_part(locale.code, '-', 1) {_NAMES} END),
             'pg_catalog.simple'::regconfig)
"""
# The pairs of channel and locale, each with the configuration of its language.
CONFIGURED_VIEWS = f"""
    (SELECT pair.id, {CONFIG} AS config
       FROM products_channellocale pair JOIN products_locale locale ON locale.id = pair.locale_id
     OFFSET 0)
"""

# Accents of Latin and Greek letters, and the two dots of the Russian ё. Elsewhere a mark makes
# another letter (й) or a vowel.
_ACCENTS = r"([a-z\u03b1-\u03c9\u0435])[\u0300-\u036f]+"
# Letters that no accent can be taken from.
_LETTERS = (("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("þ", "th"))
_PLAIN = ("øđðłħıŧς", "oddlhit\u03c3")
# Chinese and Japanese put no blanks between words: each sign counts as one.
_SIGNS = r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff])"
# Everything that is no blank, letter, digit or mark of one, and points that do not stand in a
# number. Blanks are: to replace each by another one takes most of the time.
_SEPARATORS = (
    r"[\u0001-\u001f\u0021-\u002d\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8"
    r"\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20bf\u2100-\u2bff\u3000-\u303f\ufe30-\ufe4f"
    r"\uff00-\uff0f\uff1a-\uff20]+|\.(?![0-9])|(?<![0-9])\."
)


def words_of(text: str) -> str:
    """The words of this SQL text, folded, with blanks around them.

    `text` is evaluated several times: a column, not an expression.
    """
    marked = f"lower(normalize(translate({text}, '™®©℠', '    '), NFKD))"
    letters = f"regexp_replace({marked}, '{_ACCENTS}', '\\1', 'g')"
    for letter, plain in _LETTERS:
        letters = f"replace({letters}, '{letter}', '{plain}')"
    letters = f"translate({letters}, '{_PLAIN[0]}', '{_PLAIN[1]}')"
    letters = f"regexp_replace(normalize({letters}, NFKC), '{_SIGNS}', ' \\1 ', 'g')"
    folded = (
        f"CASE WHEN octet_length({text}) = length({text}) THEN lower({text}) ELSE {letters} END"
    )
    return f"regexp_replace({folded}, '{_SEPARATORS}', ' ', 'g')"

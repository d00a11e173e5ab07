"""Segments of an SMS: seven bits a character, unless one is not in GSM-7."""

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà0123456789"
)
TWICE = frozenset("^{}\\[~]|€\f")  # in GSM-7 by an escape
ALONE, JOINED = {"GSM-7": 160, "UCS-2": 70}, {"GSM-7": 153, "UCS-2": 67}


def alphabet(text: str) -> str:
    """Alphabet of a text: one character outside GSM-7 halves what a message can contain."""
    return "GSM-7" if set(text) <= GSM_7 | TWICE else "UCS-2"


def length(text: str) -> int:
    """Count the characters of its alphabet that a text takes."""
    if alphabet(text) == "UCS-2":
        return len(text.encode("utf-16-le")) // 2
    return len(text) + sum(c in TWICE for c in text)


def segments(text: str) -> int:
    """Count the messages that it is paid for as."""
    used, name = length(text), alphabet(text)
    return 1 if used <= ALONE[name] else -(-used // JOINED[name])

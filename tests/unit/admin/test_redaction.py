"""Nothing that somebody else wrote stays in a redacted text, wherever and between what words it stands."""

import string

from hypothesis import given
from hypothesis import strategies as st
from oura_lake.admin.redaction import redacted, vocabulary
from oura_lake.lake.keys import PERSON

LETTERS = string.ascii_letters + string.digits + "-_"
TOKENS = st.text(LETTERS, min_size=8, max_size=80).filter(lambda text: text not in vocabulary())
WITHOUT_DIGITS = st.text(string.ascii_letters, min_size=8, max_size=80).filter(lambda text: text not in vocabulary())
MAILS = st.builds("{}@{}.{}".format, TOKENS, st.sampled_from(["example", "gmail"]), st.sampled_from(["com", "de"]))
PHONES = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
ACCOUNTS = st.from_regex(r"[0-9]{12}", fullmatch=True)
ARNS = st.builds("arn:aws:sqs:eu-central-1:{}:{}".format, ACCOUNTS, TOKENS)
URLS = st.builds("https://{}.lambda-url.eu-central-1.on.aws/?reply={}".format, TOKENS, TOKENS)
MEASURED = st.floats(-1e6, 1e6).map("{:g}".format).filter(lambda text: any(c.isdigit() for c in text))
DATES = st.dates().map(str)
SECRETS = st.one_of(TOKENS, WITHOUT_DIGITS, MAILS, PHONES, ACCOUNTS, ARNS, URLS, MEASURED, DATES)
NAMES = st.from_regex(PERSON, fullmatch=True)
WORDS = st.lists(st.sampled_from(["token", "of", "failed;", "run", "`oura-lake", "connect`", "the", "lake", "(ok)"]))
AROUND = st.sampled_from(["{}", "{},", "({})", "`{}`", "'{}';", '"{}".', "…{}", "token={}", "{}/x"])


@given(before=WORDS, secret=SECRETS, around=AROUND, after=WORDS)
def test_no_secret_address_number_or_measurement_stays(
    before: list[str], secret: str, around: str, after: list[str]
) -> None:
    text = redacted(" ".join([*before, around.format(secret), *after]))
    assert secret not in text
    assert not any(letter.isdigit() for letter in text)


@given(before=WORDS, name=NAMES, after=WORDS)
def test_a_person_s_name_goes_even_where_it_is_a_word(before: list[str], name: str, after: list[str]) -> None:
    words = redacted(" ".join([*before, f"{name}:", *after]), {name}).split()
    assert name not in [word.strip(".,:;`'\"()") for word in words]


def test_the_program_s_own_words_stay() -> None:
    sentence = "Nobody is connected yet; run `oura-lake connect --deployed --person me`."
    assert redacted(sentence, {"me"}) == sentence.replace(" me`", " <person>`")
    assert redacted("nights, calendar: Athena refused: TABLE_NOT_FOUND: x1 (5 rows)") == (
        "nights, calendar: Athena refused: TABLE_NOT_FOUND: … (# rows)"
    )
    assert redacted("You lack the permission lambda:InvokeFunction; add it") == (
        "You lack the permission lambda:InvokeFunction; add it"
    )

"""The page of a reply link: a question and two buttons; opening it changes nothing.

The page has no script, no picture and no part from elsewhere. Chat programs show its title, which reveals nothing.
"""

from datetime import date
from html import escape

from oura_lake.alerts.wording.dates import spoken_span
from oura_lake.public_endpoint.reply_links import QUERY, Answer

HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>Oura Lake: how was it?</title>
</head>
<body>
<h1>{title}</h1>
<p>{text}</p>
{forms}
<p><small>{small}</small></p>
</body>
</html>
"""
FORM = """<form method="post" action="?{query}={token}">
<p><button><big><big>{words}</big></big></button></p>
</form>"""
WORDS = {True: "I was ill", False: "I was not ill"}


def question(answer: Answer, tokens: dict[bool, str]) -> str:
    """Make the page with the question, the answer of the link first."""
    text = f"{_which(answer)} Were you ill in those days?"
    small = f"Nothing is kept before you press. This link works until {_day(answer.until.date())}."
    forms = [_form(tokens[is_ill], is_ill) for is_ill in (answer.is_ill, not answer.is_ill)]
    return _page("How was it?", text, forms, small)


def thanks(answer: Answer, tokens: dict[bool, str]) -> str:
    """Make the page after a press, with the other answer to correct a slip."""
    title = "Taken: an illness" if answer.is_ill else "Taken: no illness"
    small = "It is in the lake within minutes. The last word counts: press the button if that was a slip."
    return _page(title, _which(answer), [_form(tokens[not answer.is_ill], not answer.is_ill)], small)


def _which(answer: Answer) -> str:
    return f"The alert of {_day(answer.first_alert_day)}, person: {answer.person}."


def _day(day: date) -> str:
    return spoken_span(day, day)


def _form(token: str, is_ill: bool) -> str:
    return FORM.format(query=QUERY, token=token, words=WORDS[is_ill])


def _page(title: str, text: str, forms: list[str], small: str) -> str:
    return PAGE.format(title=title, text=escape(text), forms="\n".join(forms), small=escape(small))

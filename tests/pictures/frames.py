"""Frames of a mail program and of a telephone around the plain text of a message.

Amazon adds its own lines on how to unsubscribe below each mail; the frame says so in their place.
"""

from datetime import datetime

from markupsafe import Markup
from oura_lake.alerts.model import Message
from support.sms_segments import alphabet, length, segments

STYLE = """
* { margin: 0; box-sizing: border-box; }
body { background: #fff; color: #111; font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; }
header { padding: 16px 20px 12px; border-bottom: 1px solid #ddd; }
h1 { font-size: 19px; line-height: 1.3; font-weight: 600; }
header p, footer { color: #555; font-size: 13px; }
header p { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; margin-top: 6px; }
pre { padding: 16px 20px; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { padding: 0 20px 16px; }
.sms { padding: 16px 20px; }
.sms .bubble { background: #ddd; border-radius: 16px; padding: 10px 14px; margin: 6px 40px 6px 0; }
.sms p { color: #555; font-size: 13px; }
"""


def mail(message: Message, now: datetime) -> str:
    """Mail in plain text, its lines as wide as the window."""
    when = f"{now:%A}, {now.day} {now:%B %Y, %H:%M}"
    return _page(
        Markup(
            "<header><h1>{}</h1><p><span>Oura Lake &lt;no-reply@sns.amazonaws.com&gt;</span>"
            "<span>{}</span></p></header>"
            "<pre>{}</pre><footer>-- (here Amazon says how to unsubscribe)</footer>"
        ).format(message.subject, when, message.body)
    )


def sms(message: Message, now: datetime) -> str:
    """Page of an SMS, with the number of segments that it costs."""
    paid = f"{length(message.sms)} characters of {alphabet(message.sms)}, {segments(message.sms)} SMS"
    return _page(
        Markup('<div class="sms"><p>{}</p><div class="bubble">{}</div><p>({})</p></div>').format(
            f"{now:%H:%M}", message.sms, paid
        )
    )


def _page(body: str) -> str:
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return f'<!doctype html><html lang="en"><head>{head}<style>{STYLE}</style></head><body>{body}</body></html>\n'

"""The lake's own tables: findings, alerts, feedback, gaps, consents."""

from oura_lake.sources.model import Endpoint, Period, Source, Window

ENDPOINTS = (
    Endpoint(
        name="findings",
        version=2,
        columns="""
            id string, day date, kind string, status string, level string, score double, deviation double,
            deviation_low double, deviation_high double, n_baseline_nights int, coverage double,
            drivers array<struct<signal:string,value:double,baseline:double,low:double,high:double,z:double>>,
            confounders array<string>, method_version string, chance_a_month double""",
    ),
    Endpoint(
        name="alerts",
        day="onset_day",
        version=2,
        columns="""
            id string, onset_day date, kind string, level string, first_alert_day date, last_alert_day date,
            peak_day date, status string, untold string, claimed_at timestamp, sent_at timestamp, subject string,
            message string, cleared_on date, cleared_because string,
            tellings array<struct<step:string,way:string,status:string,claimed_at:string,sent_at:string>>,
            method_version string""",
    ),
    Endpoint(
        name="feedback",
        columns="id string, day date, kind string, is_ill boolean, note string, said_at timestamp",
    ),
    Endpoint(name="gaps", columns="id string, day date, collection string, state string, evidence string"),
    Endpoint(
        name="consents",
        window=Window.NONE,
        day=None,
        period=Period.ALL,
        is_daily=False,
        columns="id string, audience string, mode string, metric string, state string",
    ),
)

SOURCE = Source(name="lake", endpoints=ENDPOINTS)

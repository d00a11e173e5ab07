"""Table of Oura's collections; a new one is an entry of this file alone.

Facts from Oura's OpenAPI document 1.37 to 1.41, and from recorded responses where the document is
silent or wrong: scopes, keys, the instant that Oura compares with a window. `vo2_max` is a double
because it was a number before revision 1.29; calories and distances are doubles for the same reason.
"""

from oura_lake.sources.model import Endpoint, Period, Source, Window

API_BASE_URL = "https://api.ouraring.com"
TOKEN_URLS = (
    "https://moi.ouraring.com/oauth/v2/ext/oauth-token",  # apps of the new portal; a code dies on the wrong one
    "https://api.ouraring.com/oauth/token",
)
SAMPLE = "struct<interval:double,items:array<double>,timestamp:timestamp>"
READINESS = (
    "struct<activity_balance:int,body_temperature:int,hrv_balance:int,previous_day_activity:int,"
    "previous_night:int,recovery_index:int,resting_heart_rate:int,sleep_balance:int,sleep_regularity:int>"
)
SPAN_DAYS = 60  # Oura lists a document of several days under its first day, and sets its end on its last

ENDPOINTS = (
    Endpoint(
        name="daily_activity",
        scope="daily",
        instant="timestamp",
        webhook="daily_activity",
        chunk_days=30,
        columns=f"""
            id string, day date, timestamp timestamp, score int, active_calories int, average_met_minutes double,
            class_5_min string, contributors struct<meet_daily_targets:int,move_every_hour:int,recovery_time:int,
            stay_active:int,training_frequency:int,training_volume:int>, equivalent_walking_distance int,
            high_activity_met_minutes int, high_activity_time int, inactivity_alerts int,
            low_activity_met_minutes int, low_activity_time int, medium_activity_met_minutes int,
            medium_activity_time int, met {SAMPLE}, meters_to_target int, non_wear_time int, resting_time int,
            sedentary_met_minutes int, sedentary_time int, steps int, target_calories int, target_meters int,
            total_calories int""",
    ),
    Endpoint(
        name="daily_readiness",
        scope="daily",
        webhook="daily_readiness",
        columns=f"""
            id string, day date, timestamp timestamp, score int, temperature_deviation double,
            temperature_trend_deviation double, contributors {READINESS}""",
    ),
    Endpoint(
        name="daily_sleep",
        scope="daily",
        webhook="daily_sleep",
        columns="""
            id string, day date, timestamp timestamp, score int, contributors struct<deep_sleep:int,efficiency:int,
            latency:int,rem_sleep:int,restfulness:int,timing:int,total_sleep:int>""",
    ),
    Endpoint(
        name="daily_spo2",
        scope="spo2",
        webhook="daily_spo2",
        columns="""
            id string, day date, breathing_disturbance_index int, spo2_percentage struct<average:double>""",
    ),
    Endpoint(
        name="daily_stress",
        scope="daily",
        webhook="daily_stress",
        known_values="day_summary: restored normal stressful",
        columns="id string, day date, day_summary string, recovery_high int, stress_high int",
    ),
    Endpoint(
        name="daily_resilience",
        scope="stress",
        webhook="daily_resilience",
        known_values="level: limited adequate solid strong exceptional",
        columns="""
            id string, day date, level string,
            contributors struct<sleep_recovery:double,daytime_recovery:double,stress:double>""",
    ),
    Endpoint(
        name="daily_cardiovascular_age",
        scope="heart_health",
        webhook="daily_cardiovascular_age",
        key=("day",),
        columns="id string, day date, pulse_wave_velocity double, vascular_age int",
    ),
    Endpoint(
        name="vo2_max",
        path="vO2_max",
        scope="heart_health",
        instant="timestamp",
        webhook="vo2_max",
        is_daily=False,
        columns="id string, day date, timestamp timestamp, vo2_max double",
    ),
    Endpoint(
        name="sleep",
        scope="daily",
        instant="bedtime_start",
        webhook="sleep",
        chunk_days=30,
        known_values="""
            type: deleted sleep long_sleep late_nap rest; sleep_algorithm_version: v1 v2;
            sleep_analysis_reason: foreground_sleep_analysis bedtime_edit background_sleep_analysis
            background_created_foreground_updated""",
        columns=f"""
            id string, day date, type string, period int, bedtime_start timestamp, bedtime_end timestamp,
            time_in_bed int, total_sleep_duration int, awake_time int, deep_sleep_duration int,
            light_sleep_duration int, rem_sleep_duration int, latency int, efficiency int, restless_periods int,
            average_breath double, average_heart_rate double, average_hrv int, lowest_heart_rate int,
            heart_rate {SAMPLE}, hrv {SAMPLE}, movement_30_sec string, sleep_phase_5_min string,
            sleep_phase_30_sec string, app_sleep_phase_5_min string, low_battery_alert boolean,
            readiness struct<contributors:{READINESS},score:int,temperature_deviation:double,
            temperature_trend_deviation:double>, readiness_score_delta int, sleep_score_delta int,
            sleep_algorithm_version string, sleep_analysis_reason string, ring_id string""",
    ),
    Endpoint(
        name="sleep_time",
        scope="daily",
        webhook="sleep_time",
        known_values="""
            recommendation: improve_efficiency earlier_bedtime later_bedtime earlier_wake_up_time later_wake_up_time
            follow_optimal_bedtime; status: not_enough_nights not_enough_recent_nights bad_sleep_quality
            only_recommended_found optimal_found""",
        columns="""
            id string, day date, optimal_bedtime struct<day_tz:int,end_offset:int,start_offset:int>,
            recommendation string, status string""",
    ),
    Endpoint(
        name="workout",
        is_daily=False,
        scope="workout",
        instant="start_datetime",
        webhook="workout",
        known_values="""
            intensity: easy moderate hard; source: manual autodetected confirmed workout_heart_rate
            live_oura_heart_rate live_third_party_heart_rate""",
        columns="""
            id string, day date, activity string, start_datetime timestamp, end_datetime timestamp,
            calories double, distance double, intensity string, label string, source string""",
    ),
    Endpoint(
        name="session",
        is_daily=False,
        scope="session",
        instant="start_datetime",
        webhook="session",
        known_values="""
            type: breathing meditation nap relaxation rest body_status; mood: bad worse same good great""",
        columns=f"""
            id string, day date, type string, start_datetime timestamp, end_datetime timestamp,
            heart_rate {SAMPLE}, heart_rate_variability {SAMPLE}, motion_count {SAMPLE}, mood string""",
    ),
    Endpoint(
        name="enhanced_tag",
        is_daily=False,
        scope="tag",
        day="start_day",
        instant="start_time",
        webhook="enhanced_tag",
        lookback_days=SPAN_DAYS,
        columns="""
            id string, start_day date, end_day date, start_time timestamp, end_time timestamp,
            tag_type_code string, custom_name string, comment string""",
    ),
    Endpoint(
        name="tag",
        is_daily=False,
        scope="tag",
        instant="timestamp",
        webhook="tag",
        columns="id string, day date, timestamp timestamp, text string, tags array<string>",
    ),
    Endpoint(
        name="rest_mode_period",
        is_daily=False,
        scope="daily",
        day="start_day",
        instant="start_time",
        webhook="rest_mode_period",
        lookback_days=SPAN_DAYS,
        columns="""
            id string, start_day date, end_day date, start_time timestamp, end_time timestamp,
            episodes array<struct<tags:array<string>,timestamp:timestamp>>""",
    ),
    Endpoint(
        name="ring_configuration",
        is_daily=False,
        scope="ring_configuration",
        window=Window.NONE,
        day=None,
        period=Period.ALL,
        webhook="ring_configuration",
        known_values="""
            color: brushed_silver glossy_black glossy_gold glossy_white gucci matt_gold rose silver stealth_black
            titanium titanium_and_gold cloud petal midnight tide deep_rose;
            design: heritage balance balance_diamond horizon ceramic;
            hardware_type: gen1 gen2 gen2m gen3 gen4 or5""",
        columns="""
            id string, color string, design string, firmware_version string, hardware_type string,
            set_up_at timestamp, size int""",
    ),
    Endpoint(
        name="heartrate",
        scope="heartrate",
        window=Window.INSTANTS,
        day=None,
        instant="timestamp",
        key=("timestamp", "source"),
        by_id=False,
        period=Period.MONTH,
        chunk_days=10,
        known_values="source: awake workout rest sleep live session",
        columns="timestamp timestamp, source string, bpm int",
        redundant=("timestamp_unix",),
    ),
    Endpoint(
        name="ring_battery_level",
        scope="ring_configuration",
        window=Window.INSTANTS,
        day=None,
        instant="timestamp",
        key=("timestamp",),
        by_id=False,
        period=Period.MONTH,
        chunk_days=30,
        columns="timestamp timestamp, level int, charging boolean, in_charger boolean",
        redundant=("timestamp_unix",),
    ),
    Endpoint(
        name="personal_info",
        is_daily=False,
        scope="personal",
        window=Window.NONE,
        day=None,
        by_id=False,
        period=Period.ALL,
        columns="id string, age int, weight double, height double, biological_sex string, email string",
    ),
)

SOURCE = Source(name="oura", endpoints=ENDPOINTS)

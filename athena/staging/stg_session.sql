-- One row per session: a moment of breathing, meditation or rest.
-- The account's own clock of the day decides where a record has another one; without it, an offset that is not +00:00.
WITH clocked AS (
    SELECT
        session.person, session.id, session.day, session.type, session.start_datetime, session.end_datetime,
        session.mood, session.heart_rate,
        session.heart_rate_variability, session.motion_count, session.fetched_at,
        COALESCE(
            IF(
                CONTAINS(clock.offsets_min, session.start_datetime_utc_offset_min),
                session.start_datetime_utc_offset_min, clock.utc_offset_min
            ),
            NULLIF(session.start_datetime_utc_offset_min, 0), NULLIF(session.end_datetime_utc_offset_min, 0),
            session.start_datetime_utc_offset_min, session.end_datetime_utc_offset_min
        ) AS start_offset_min,
        COALESCE(
            IF(
                CONTAINS(clock.offsets_min, session.end_datetime_utc_offset_min),
                session.end_datetime_utc_offset_min, clock.utc_offset_min
            ),
            NULLIF(session.end_datetime_utc_offset_min, 0), NULLIF(session.start_datetime_utc_offset_min, 0),
            session.end_datetime_utc_offset_min, session.start_datetime_utc_offset_min
        ) AS end_offset_min
    FROM session
    LEFT JOIN day_clock AS clock ON session.person = clock.person AND session.day = clock.day
    WHERE NOT COALESCE(session.is_deleted, FALSE)
)
SELECT
    person,
    id AS session_id,
    day,
    type AS session_type,
    start_datetime AS started_at,
    DATE_ADD('minute', start_offset_min, start_datetime) AS started_local,
    start_offset_min AS utc_offset_min,
    end_datetime AS ended_at,
    -- An end before its start is no end that anything can be counted to.
    -- Where two clocks turn the order, the start's counts.
    DATE_ADD(
        'minute',
        CASE
            WHEN
                CAST(DATE_ADD('minute', end_offset_min, end_datetime) AS timestamp(3))
                < CAST(DATE_ADD('minute', start_offset_min, start_datetime) AS timestamp(3))
                THEN IF(end_datetime >= start_datetime, start_offset_min)
            WHEN end_datetime >= start_datetime THEN end_offset_min
        END,
        end_datetime
    ) AS ended_local,
    IF(end_datetime >= start_datetime, DATE_DIFF('second', start_datetime, end_datetime)) AS duration_s,
    mood,
    heart_rate."interval" AS heart_rate_interval_s,
    heart_rate."timestamp" AS heart_rate_started_at,
    TRANSFORM(heart_rate.items, v -> NULLIF(v, 0e0)) AS heart_rate_bpm,
    heart_rate_variability."interval" AS hrv_interval_s,
    heart_rate_variability."timestamp" AS hrv_started_at,
    TRANSFORM(heart_rate_variability.items, v -> NULLIF(v, 0e0)) AS hrv_rmssd_samples_ms,
    motion_count."interval" AS motion_interval_s,
    motion_count."timestamp" AS motion_started_at,
    motion_count.items AS motion_count,
    fetched_at
FROM clocked

-- One row per period of rest mode.
WITH periods AS (
    SELECT
        person, id, start_day, end_day, start_time, start_time_utc_offset_min, end_time, end_time_utc_offset_min,
        episodes, fetched_at, CAST(DATE_ADD('day', 13, start_day) AS date) AS latest_day,
        LEAD(start_day) OVER (PARTITION BY person ORDER BY start_day, id) AS next_day
    FROM rest_mode_period
    WHERE NOT COALESCE(is_deleted, FALSE)
)
SELECT
    person,
    id AS rest_mode_period_id,
    start_day AS day,
    end_day,
    -- One that was never ended lasts until the next begins, 14 days at most; no other counts for longer than a year.
    COALESCE(
        LEAST(end_day, CAST(DATE_ADD('day', 366, start_day) AS date)),
        LEAST(latest_day, COALESCE(next_day, latest_day))
    ) AS last_day,
    start_time AS started_at,
    DATE_ADD('minute', start_time_utc_offset_min, start_time) AS started_local,
    start_time_utc_offset_min AS utc_offset_min,
    end_time AS ended_at,
    -- Where two clocks turn the order, the start's counts.
    DATE_ADD(
        'minute',
        IF(
            CAST(DATE_ADD('minute', end_time_utc_offset_min, end_time) AS timestamp(3))
            < CAST(DATE_ADD('minute', start_time_utc_offset_min, start_time) AS timestamp(3)),
            start_time_utc_offset_min,
            end_time_utc_offset_min
        ),
        end_time
    ) AS ended_local,
    CARDINALITY(episodes) AS n_episodes,
    FLATTEN(TRANSFORM(episodes, v -> v.tags)) AS tags,
    fetched_at
FROM periods

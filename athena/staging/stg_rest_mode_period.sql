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
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS rest_mode_period_id,
    CAST(start_day AS date) AS day,
    CAST(end_day AS date) AS end_day,
    -- One that was never ended lasts until the next begins, 14 days at most.
    CAST(COALESCE(end_day, LEAST(latest_day, COALESCE(next_day, latest_day))) AS date) AS last_day,
    CAST(start_time AS timestamp(3)) AS started_at,
    CAST(DATE_ADD('minute', start_time_utc_offset_min, start_time) AS timestamp(3)) AS started_local,
    CAST(start_time_utc_offset_min AS integer) AS utc_offset_min,
    CAST(end_time AS timestamp(3)) AS ended_at,
    -- Where two clocks turn the order, the start's counts.
    CAST(DATE_ADD(
        'minute',
        IF(
            CAST(DATE_ADD('minute', end_time_utc_offset_min, end_time) AS timestamp(3))
            < CAST(DATE_ADD('minute', start_time_utc_offset_min, start_time) AS timestamp(3)),
            start_time_utc_offset_min,
            end_time_utc_offset_min
        ),
        end_time
    ) AS timestamp(3)) AS ended_local,
    CAST(CARDINALITY(episodes) AS integer) AS n_episodes,
    CAST(FLATTEN(TRANSFORM(episodes, v -> v.tags)) AS array(varchar)) AS tags,
    CAST(fetched_at AS timestamp(3)) AS fetched_at
FROM periods

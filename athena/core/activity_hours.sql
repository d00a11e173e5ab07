-- One row per person and hour of the day's own clock with the ring worn for half of it: its mean MET.
-- Hours are counted, and told as a moment once they are gathered: a day has 1,440 items.
WITH minutes AS (
    SELECT
        a.person, u.met,
        CAST(FLOOR((
            DATE_DIFF('second', TIMESTAMP '2000-01-01 00:00:00', a.met_started_at) + 60 * a.utc_offset_min
            + a.met_interval_s * (u.i - 1)
        ) / 3600e0) AS bigint) AS hour_count,
        a.met_interval_s / 60e0 AS minutes,
        SUBSTR(a.class_5_min, 1 + CAST(FLOOR(a.met_interval_s * (u.i - 1) / 300e0) AS integer), 1) AS class
    FROM stg_daily_activity AS a
    CROSS JOIN UNNEST(a.met) WITH ORDINALITY AS u (met, i)
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(DATE_ADD('hour', hour_count, TIMESTAMP '2000-01-01 00:00:00') AS timestamp(3)) AS hour_local,
    CAST(AVG(met) AS double) AS met,
    CAST(SUM(minutes) AS double) AS n_minutes,
    CAST(SUM(minutes) / 60e0 AS double) AS coverage
FROM minutes
WHERE met IS NOT NULL AND class IN ('1', '2', '3', '4', '5')
GROUP BY person, hour_count
HAVING SUM(minutes) BETWEEN 30e0 AND 60e0

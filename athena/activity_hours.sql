-- One row per person and hour of the day's own clock with the ring worn for half of it: its mean MET.
WITH minutes AS (
    SELECT
        a.person, u.met,
        CAST(DATE_TRUNC('hour', CAST(DATE_ADD(
            'second', CAST(a.met_interval_s * (u.i - 1) AS bigint) + 60 * a.utc_offset_min, a.met_started_at
        ) AS timestamp(3))) AS timestamp(3)) AS hour_local,
        a.met_interval_s / 60e0 AS minutes,
        SUBSTR(a.class_5_min, 1 + CAST(FLOOR(a.met_interval_s * (u.i - 1) / 300e0) AS integer), 1) AS class
    FROM stg_daily_activity AS a
    CROSS JOIN UNNEST(a.met) WITH ORDINALITY AS u (met, i)
)
SELECT
    CAST(person AS varchar) AS person,
    CAST(hour_local AS timestamp(3)) AS hour_local,
    CAST(AVG(met) AS double) AS met,
    CAST(SUM(minutes) AS double) AS n_minutes,
    CAST(SUM(minutes) / 60e0 AS double) AS coverage
FROM minutes
WHERE met IS NOT NULL AND class IN ('1', '2', '3', '4', '5')
GROUP BY person, hour_local
HAVING SUM(minutes) BETWEEN 30e0 AND 60e0

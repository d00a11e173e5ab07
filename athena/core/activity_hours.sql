-- One row per person and hour of the day's own clock with the ring worn for half of it: its mean MET.
-- Hours are counted, and told as a moment once they are gathered: a day has 1,440 items.
WITH minutes AS (
    SELECT
        activity.person, samples.met,
        CAST(FLOOR((
            DATE_DIFF('second', TIMESTAMP '2000-01-01 00:00:00', activity.met_started_at) + 60 * activity.utc_offset_min
            + activity.met_interval_s * (samples.i - 1)
        ) / 3600e0) AS bigint) AS hour_count,
        activity.met_interval_s / 60e0 AS minutes,
        SUBSTR(activity.class_5_min, 1 + CAST(FLOOR(activity.met_interval_s * (samples.i - 1) / 300e0) AS integer), 1)
            AS class
    FROM stg_daily_activity AS activity
    CROSS JOIN UNNEST(activity.met) WITH ORDINALITY AS samples (met, i)
)
SELECT
    person,
    DATE_ADD('hour', hour_count, TIMESTAMP '2000-01-01 00:00:00') AS hour_local,
    AVG(met) AS met,
    SUM(minutes) AS n_minutes,
    SUM(minutes) / 60e0 AS coverage
FROM minutes
WHERE met IS NOT NULL AND class IN ('1', '2', '3', '4', '5')
GROUP BY person, hour_count
HAVING SUM(minutes) BETWEEN 30e0 AND 60e0

-- One row per person and day: Oura's advice on when to go to bed.
WITH recency AS (
    SELECT
        person, id, day, recommendation, status, optimal_bedtime, fetched_at,
        ROW_NUMBER() OVER (
            PARTITION BY person, day
            ORDER BY CARDINALITY(FILTER(ARRAY[
                LENGTH(recommendation), LENGTH(status), optimal_bedtime.start_offset, optimal_bedtime.end_offset
            ], v -> v IS NOT NULL)) DESC, fetched_at DESC, id ASC
        ) AS place
    FROM sleep_time
    WHERE NOT COALESCE(is_deleted, FALSE)
)
SELECT
    CAST(d.person AS varchar) AS person,
    CAST(d.id AS varchar) AS sleep_time_id,
    CAST(d.day AS date) AS day,
    CAST(d.recommendation AS varchar) AS recommendation,
    CAST(d.status AS varchar) AS sleep_time_status,
    CAST(d.optimal_bedtime.start_offset AS integer) AS optimal_bedtime_start_s,
    CAST(d.optimal_bedtime.end_offset AS integer) AS optimal_bedtime_end_s,
    CAST(d.optimal_bedtime.day_tz AS integer) AS utc_offset_s,
    CAST(d.fetched_at AS timestamp(3)) AS fetched_at
FROM recency AS d
WHERE d.place = 1

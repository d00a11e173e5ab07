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
    person,
    id AS sleep_time_id,
    day,
    recommendation,
    status AS sleep_time_status,
    optimal_bedtime.start_offset AS optimal_bedtime_start_s,
    optimal_bedtime.end_offset AS optimal_bedtime_end_s,
    optimal_bedtime.day_tz AS utc_offset_s,
    fetched_at
FROM recency
WHERE place = 1

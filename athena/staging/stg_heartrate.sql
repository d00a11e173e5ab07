-- One row per sample of heart rate and its source.
SELECT
    CAST(person AS varchar) AS person,
    CAST("timestamp" AS timestamp(3)) AS sampled_at,
    CAST(source AS varchar) AS heart_rate_source,
    CAST(NULLIF(bpm, 0) AS integer) AS heart_rate_bpm,
    CAST(month AS varchar) AS month
FROM heartrate

-- One row per person and day: the predicted vascular age.
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS daily_cardiovascular_age_id,
    CAST(day AS date) AS day,
    CAST(vascular_age AS integer) AS vascular_age_y,
    CAST(pulse_wave_velocity AS double) AS pulse_wave_velocity_m_s,
    CAST(fetched_at AS timestamp(3)) AS fetched_at
FROM daily_cardiovascular_age
WHERE NOT COALESCE(is_deleted, FALSE)

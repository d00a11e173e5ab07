-- One row per person and day: the predicted vascular age.
SELECT
    person,
    id AS daily_cardiovascular_age_id,
    day,
    vascular_age AS vascular_age_y,
    pulse_wave_velocity AS pulse_wave_velocity_m_s,
    fetched_at
FROM daily_cardiovascular_age
WHERE NOT COALESCE(is_deleted, FALSE)

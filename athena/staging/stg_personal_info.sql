-- One row per person: age, body and address as Oura knows them.
SELECT
    person,
    id AS personal_info_id,
    age AS age_y,
    weight AS weight_kg,
    height AS height_m,
    biological_sex,
    email,
    fetched_at
FROM personal_info
WHERE NOT COALESCE(is_deleted, FALSE)

-- One row per person: age, body and address as Oura knows them.
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS personal_info_id,
    CAST(age AS integer) AS age_y,
    CAST(weight AS double) AS weight_kg,
    CAST(height AS double) AS height_m,
    CAST(biological_sex AS varchar) AS biological_sex,
    CAST(email AS varchar) AS email,
    CAST(fetched_at AS timestamp(3)) AS fetched_at
FROM personal_info
WHERE NOT COALESCE(is_deleted, FALSE)

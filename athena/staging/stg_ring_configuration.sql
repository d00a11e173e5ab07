-- One row per ring a person has set up.
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS ring_configuration_id,
    CAST(NULLIF(set_up_at, TIMESTAMP '1970-01-01 00:00:00') AS timestamp(3)) AS set_up_at,
    CAST(hardware_type AS varchar) AS hardware_type,
    CAST(firmware_version AS varchar) AS firmware_version,
    CAST(design AS varchar) AS design,
    CAST(color AS varchar) AS color,
    CAST(size AS integer) AS ring_size_us,
    CAST(fetched_at AS timestamp(3)) AS fetched_at
FROM ring_configuration
WHERE NOT COALESCE(is_deleted, FALSE)

-- One row per ring a person has set up.
SELECT
    person,
    id AS ring_configuration_id,
    NULLIF(set_up_at, TIMESTAMP '1970-01-01 00:00:00') AS set_up_at,
    hardware_type,
    firmware_version,
    design,
    color,
    size AS ring_size_us,
    fetched_at
FROM ring_configuration
WHERE NOT COALESCE(is_deleted, FALSE)

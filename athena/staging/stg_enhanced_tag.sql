-- One row per tag a person set.
SELECT
    CAST(person AS varchar) AS person,
    CAST(id AS varchar) AS enhanced_tag_id,
    CAST(start_day AS date) AS day,
    CAST(COALESCE(end_day, start_day) AS date) AS end_day,
    CAST(start_time AS timestamp(3)) AS started_at,
    CAST(DATE_ADD('minute', start_time_utc_offset_min, start_time) AS timestamp(3)) AS started_local,
    CAST(start_time_utc_offset_min AS integer) AS utc_offset_min,
    CAST(end_time AS timestamp(3)) AS ended_at,
    -- Where two clocks turn the order, the start's counts.
    CAST(DATE_ADD(
        'minute',
        IF(
            CAST(DATE_ADD('minute', end_time_utc_offset_min, end_time) AS timestamp(3))
            < CAST(DATE_ADD('minute', start_time_utc_offset_min, start_time) AS timestamp(3)),
            start_time_utc_offset_min,
            end_time_utc_offset_min
        ),
        end_time
    ) AS timestamp(3)) AS ended_local,
    CAST(tag_type_code AS varchar) AS tag_type_code,
    CAST(NULLIF(custom_name, '') AS varchar) AS custom_name,
    CAST(NULLIF(comment, '') AS varchar) AS comment,
    CAST(fetched_at AS timestamp(3)) AS fetched_at
FROM enhanced_tag
WHERE NOT COALESCE(is_deleted, FALSE)

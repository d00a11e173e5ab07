-- One row per content of a document in one place: what the lake believed of it, from when until when.
WITH received AS (
    SELECT
        person, source, collection, document, hash,
        CAST(FROM_ISO8601_TIMESTAMP(fetched_at) AT TIME ZONE 'UTC' AS timestamp(3)) AS believed_from,
        COALESCE(deleted, FALSE) AS is_deleted,
        JSON_EXTRACT_SCALAR(document, '$.id') AS id,
        COALESCE(
            JSON_EXTRACT_SCALAR(document, '$.day'), JSON_EXTRACT_SCALAR(document, '$.start_day'),
            JSON_EXTRACT_SCALAR(document, '$.onset_day')
        ) AS day
    FROM raw_lines
    WHERE document IS NOT NULL
),
placed AS (
    SELECT
        person, source, collection, document, hash, believed_from, is_deleted, day,
        CASE WHEN collection = 'daily_cardiovascular_age' THEN day ELSE id END AS document_key,
        COALESCE(SUBSTR(day, 1, 4), '') AS place
    FROM received
),
followed AS (
    SELECT
        person, source, collection, document, hash, believed_from, is_deleted, day, document_key, place,
        LAG(hash) OVER (
            PARTITION BY person, source, collection, document_key, place ORDER BY believed_from ASC, hash ASC
        ) AS hash_before
    FROM placed
)
SELECT
    person,
    source,
    collection,
    document_key,
    day,
    believed_from,
    LEAD(believed_from) OVER (
        PARTITION BY person, source, collection, document_key, place ORDER BY believed_from ASC, hash ASC
    ) AS believed_until,
    is_deleted,
    document AS document_json
FROM followed
WHERE hash_before IS NULL OR hash_before <> hash

-- One row per person, source and collection of documents: how many, how often they changed, how large they came.
SELECT
    CAST(person AS varchar) AS person,
    CAST(source AS varchar) AS source,
    CAST(collection AS varchar) AS collection,
    CAST(COUNT(DISTINCT document_key) AS bigint) AS n_documents,
    CAST(COUNT(DISTINCT IF(believed_until IS NULL AND NOT is_deleted, document_key)) AS bigint) AS n_standing,
    CAST(COUNT(IF(NOT is_deleted, 1)) - COUNT(DISTINCT IF(NOT is_deleted, document_key)) AS bigint) AS n_revisions,
    CAST(COUNT(IF(is_deleted, 1)) AS bigint) AS n_tombstones,
    CAST(MIN(believed_from) AS timestamp(3)) AS first_fetched_at,
    CAST(MAX(believed_from) AS timestamp(3)) AS last_change_at,
    CAST(SUM(LENGTH(document_json)) AS bigint) AS n_characters
FROM document_history
GROUP BY person, source, collection

-- One row per person, source and collection of documents: how many, how often they changed, how large they came.
SELECT
    person,
    source,
    collection,
    COUNT(DISTINCT document_key) AS n_documents,
    COUNT(DISTINCT IF(believed_until IS NULL AND NOT is_deleted, document_key)) AS n_standing,
    COUNT(IF(NOT is_deleted, 1)) - COUNT(DISTINCT IF(NOT is_deleted, document_key)) AS n_revisions,
    COUNT(IF(is_deleted, 1)) AS n_tombstones,
    MIN(believed_from) AS first_fetched_at,
    MAX(believed_from) AS last_change_at,
    SUM(LENGTH(document_json)) AS n_characters
FROM document_history
GROUP BY person, source, collection

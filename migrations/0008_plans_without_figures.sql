-- What the planner knows of the tables' sizes ages: of a project of one issue that then imports years of them it knew the
-- one issue, and read the whole table for each row of a page. Every query names its order and indexes where they matter,
-- and is planned for large tables.

DROP TABLE IF EXISTS sqlite_stat1;
DROP TABLE IF EXISTS sqlite_stat4;

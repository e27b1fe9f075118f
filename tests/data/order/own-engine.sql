SET sql_mode='';
SET default_storage_engine=MyISAM;
CREATE TABLE a (x tinyint, y int);
INSERT INTO a VALUES (300,1),(1,2);

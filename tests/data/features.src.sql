SET NAMES utf8mb4;
SET sql_mode='';
CREATE DATABASE features CHARACTER SET utf8mb4;
USE features;
CREATE TABLE parent (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code VARCHAR(20) NOT NULL DEFAULT 'a,b;''c',
  twin INT UNSIGNED NULL,
  note TEXT COMMENT 'quotes '' and ; and -- and /* in a comment',
  UNIQUE KEY code (code),
  KEY note (note(20)),
  FULLTEXT KEY note_words (note)
) ENGINE=InnoDB AUTO_INCREMENT=1000;
CREATE TABLE child (
  parent_id INT UNSIGNED NOT NULL,
  n SMALLINT NOT NULL,
  price DECIMAL(12,4) NOT NULL DEFAULT 0,
  total DECIMAL(14,4) GENERATED ALWAYS AS (price * 2) STORED,
  twice INT GENERATED ALWAYS AS (n * 2) VIRTUAL,
  after_generated VARCHAR(30),
  PRIMARY KEY (parent_id, n),
  KEY total (total, twice),
  CONSTRAINT child_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE,
  CONSTRAINT child_price CHECK (price >= 0)
) ENGINE=InnoDB;
ALTER TABLE parent ADD CONSTRAINT parent_twin FOREIGN KEY (twin) REFERENCES parent (id);
CREATE TABLE kinds (
  id INT NOT NULL PRIMARY KEY,
  t TINYINT, b BIGINT UNSIGNED, f FLOAT, d DOUBLE, m DECIMAL(65,30),
  bits BIT(17), yes BIT(1), y YEAR, da DATE, ti TIME(6), dt DATETIME(3), ts TIMESTAMP(6) NULL,
  c CHAR(5), v VARCHAR(200), bin BINARY(4), vb VARBINARY(300), bl LONGBLOB, tx MEDIUMTEXT,
  e ENUM('it''s','a,b','x)y','ä','') , s SET('one','two','three'), j JSON, g GEOMETRY
) ENGINE=InnoDB;
INSERT INTO kinds VALUES
 (1,-128,18446744073709551615,1.5e-30,1.7976931348623157e308,12345678901234567890123456789012345.123456789012345678901234567890,
  b'10101010101010101',b'1',1999,'0000-00-00','-838:59:59.000000','2024-02-29 23:59:59.999','2001-09-09 01:46:40.123456',
  'abc  ','it''s "quoted" `ticked` \\ back',0x00010200,X'000A0D1A2227255C5F00',0x89504E470D0A1A0A00,'line one\nline two\r\n\ttab\0nul\Z end',
  'it''s','one,three','{"k": ["a\\"b", 1.5, null, "é"]}',ST_GeomFromText('POINT(1 -2.5)')),
 (2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL),
 (3,0,0,-0.0,-1e-300,-0.000000000000000000000000000001,0,0,0,'9999-12-31','00:00:00','1000-01-01 00:00:00',NULL,'','',
  0x00000000,'','','','',' ' , '[]',ST_GeomFromText('POLYGON((0 0,0 3,3 3,3 0,0 0),(1 1,1 2,2 2,2 1,1 1))')),
 (4,127,9,3.4028e38,2.2250738585072014e-308,1,b'1',b'0',2155,'1000-01-01','838:59:59','9999-12-31 23:59:59.999','2038-01-19 03:14:07.999999',
  '日本語',REPEAT('😀',50),'a','ÿ',REPEAT(0x00FF5C27,64),'-- not a comment\n/* nor this */ # nor this; DELIMITER ;;\nUSE mysql;\n''),(''','ä','two','"text"',ST_GeomFromText('MULTIPOINT(0 0,1 1)'));
CREATE TABLE latin (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, v VARCHAR(50), KEY v (v)) ENGINE=InnoDB DEFAULT CHARSET=latin1;
INSERT INTO latin (v) VALUES ('café'),('naïve – "dash"'),('ÿþ€');
CREATE TABLE chinese (id INT NOT NULL, v VARCHAR(50)) ENGINE=InnoDB DEFAULT CHARSET=gbk;
INSERT INTO chinese VALUES (1,'中文'),(2,'誠\\實'),(2,'誠''實');
CREATE TABLE isam (a INT NOT NULL, b VARCHAR(10), KEY (b), KEY (a)) ENGINE=MyISAM;
INSERT INTO isam VALUES (3,'c'),(1,'a'),(2,NULL),(3,'c');
CREATE TABLE parts (id INT NOT NULL, at DATE NOT NULL, v INT, PRIMARY KEY (id, at), KEY v (v)) ENGINE=InnoDB
  PARTITION BY RANGE (YEAR(at)) (PARTITION p0 VALUES LESS THAN (2000), PARTITION p1 VALUES LESS THAN (2020), PARTITION p2 VALUES LESS THAN MAXVALUE);
INSERT INTO parts VALUES (1,'1999-12-31',1),(2,'2000-01-01',2),(3,'2025-06-01',NULL);
CREATE TABLE `odd ``name`` ; -- x` (`a b` INT NOT NULL, `select` INT, `ü\x` INT, `"` INT, PRIMARY KEY (`a b`), KEY `in``dex` (`select`,`ü\x`)) ENGINE=InnoDB;
INSERT INTO `odd ``name`` ; -- x` VALUES (1,2,3,4),(5,6,7,8);
CREATE TABLE empty_one (id INT NOT NULL PRIMARY KEY, KEY k (id)) ENGINE=InnoDB;
CREATE TABLE zero_auto (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, v INT) ENGINE=InnoDB;
SET sql_mode='NO_AUTO_VALUE_ON_ZERO'; INSERT INTO zero_auto VALUES (0,1),(7,2),(-3,3); SET sql_mode='';
CREATE TABLE no_key (v INT, w TEXT) ENGINE=InnoDB;
INSERT INTO no_key VALUES (1,'same'),(1,'same'),(NULL,NULL);
CREATE TABLE many (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, h CHAR(32) NOT NULL, n INT, UNIQUE KEY h (h), KEY n (n)) ENGINE=InnoDB;
INSERT INTO many (h, n) SELECT LEFT(SHA2(a.x * 1000 + b.x * 100 + c.x * 10 + d.x, 256), 32), b.x * c.x FROM
 (SELECT 0 x UNION ALL SELECT 1) a,
 (SELECT 0 x UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) b,
 (SELECT 0 x UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) c,
 (SELECT 0 x UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) d;
SET foreign_key_checks=0; INSERT INTO parent (id, code, twin, note) VALUES (1,'one',2,'the quick brown fox'),(2,'two',1,NULL),(3,'three',3,''); SET foreign_key_checks=1;
INSERT INTO child (parent_id, n, price, after_generated) VALUES (1,1,9.99,'right here'),(1,2,0,NULL),(2,1,12345678.1234,'and here');
CREATE VIEW z_base AS SELECT id, code FROM parent;
CREATE VIEW a_on_z AS SELECT id, UPPER(code) AS code FROM z_base WHERE id > 0;
CREATE VIEW checked AS SELECT id, code FROM parent WHERE id < 100 WITH CHECK OPTION;
CREATE VIEW m_on_a AS SELECT a.id, COUNT(c.n) AS n FROM a_on_z a LEFT JOIN child c ON c.parent_id = a.id GROUP BY a.id;
DELIMITER $$
CREATE FUNCTION twice_of(x INT) RETURNS INT DETERMINISTIC NO SQL COMMENT 'it''s; doubled'
BEGIN
  -- a comment; with a semicolon
  /* and another */
  RETURN x * 2;
END$$
CREATE PROCEDURE add_child(IN p INT, OUT n INT)
BEGIN
  DECLARE s TEXT DEFAULT 'a;b''c $$ not the end';
  SELECT COALESCE(MAX(child.n), 0) + 1 INTO n FROM child WHERE parent_id = p;
  INSERT INTO child (parent_id, n, after_generated) VALUES (p, n, s);
END$$
CREATE TRIGGER child_before BEFORE INSERT ON child FOR EACH ROW
BEGIN
  IF NEW.after_generated = 'x' THEN SET NEW.after_generated = CONCAT(NEW.after_generated, ';'); END IF;
  SET NEW.price = NEW.price + 0;
END$$
CREATE TRIGGER many_before BEFORE INSERT ON many FOR EACH ROW SET NEW.n = NEW.n + 1000000$$
CREATE TRIGGER child_before_two BEFORE INSERT ON child FOR EACH ROW FOLLOWS child_before SET NEW.n = NEW.n$$
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' COMMENT 'off; on' DO BEGIN DELETE FROM no_key; END$$
DELIMITER ;
CREATE DATABASE `features two` CHARACTER SET latin1;
USE `features two`;
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v VARCHAR(20), KEY (v));
INSERT INTO t VALUES (1,'one'),(2,'zwei ß');
CREATE VIEW `over` AS SELECT t.v, p.code FROM t JOIN features.parent p ON p.id = t.id;

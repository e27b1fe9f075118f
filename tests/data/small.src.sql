-- A small database of everything that a dump program writes in its own way.
CREATE TABLE city (
  id int NOT NULL AUTO_INCREMENT,
  name varchar(40) NOT NULL,
  note text,
  PRIMARY KEY (id),
  KEY name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO city VALUES (1, 'Xi''an', 'a;b -- c'), (2, 'Łódź', NULL), (3, 'São Paulo', '\\\n\0"'), (4, '北京', '');
CREATE TABLE visit (
  city int NOT NULL,
  day date NOT NULL,
  raw varbinary(8) DEFAULT NULL,
  PRIMARY KEY (city, day),
  CONSTRAINT visit_city FOREIGN KEY (city) REFERENCES city (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO visit VALUES (1, '2026-01-02', x'00ff27'), (1, '2026-01-03', NULL), (3, '2026-02-01', '');
CREATE DEFINER=root@localhost TRIGGER visit_day BEFORE INSERT ON visit FOR EACH ROW SET NEW.day = COALESCE(NEW.day, '2026-01-01');
CREATE DEFINER=root@localhost VIEW visited AS SELECT c.name, v.day FROM city c JOIN visit v ON v.city = c.id;
DELIMITER ;;
CREATE DEFINER=root@localhost FUNCTION twice(x int) RETURNS int DETERMINISTIC BEGIN RETURN x * 2; END;;
DELIMITER ;

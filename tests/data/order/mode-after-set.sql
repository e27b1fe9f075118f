SET sql_mode='NO_BACKSLASH_ESCAPES';
CREATE TABLE t (a varchar(50));
INSERT INTO t VALUES ('a\'),('c;\n'),('b\');
SET sql_mode='';
INSERT INTO t VALUES ('x\'; drop table t; -- '),('y');
SET sql_mode='ANSI_QUOTES';
INSERT INTO "t" VALUES ('a"b');

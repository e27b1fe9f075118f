/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: features
-- ------------------------------------------------------
-- Server version	10.11.19-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;

--
-- Current Database: `features`
--

CREATE DATABASE /*!32312 IF NOT EXISTS*/ `features` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci */;

USE `features`;

--
-- Sequence structure for `numbers`
--

DROP SEQUENCE IF EXISTS `numbers`;
CREATE SEQUENCE `numbers` start with 100 minvalue 1 maxvalue 9223372036854775806 increment by 5 cache 10 nocycle ENGINE=InnoDB;
DO SETVAL(`numbers`, 150, 0);

--
-- Temporary table structure for view `a_on_z`
--

DROP TABLE IF EXISTS `a_on_z`;
/*!50001 DROP VIEW IF EXISTS `a_on_z`*/;
SET @saved_cs_client     = @@character_set_client;
SET character_set_client = utf8mb4;
/*!50001 CREATE VIEW `a_on_z` AS SELECT
 NULL AS `id`,
 NULL AS `code` */;
SET character_set_client = @saved_cs_client;

--
-- Table structure for table `aria`
--

DROP TABLE IF EXISTS `aria`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `aria` (
  `a` int(11) NOT NULL,
  `b` varchar(10) DEFAULT NULL,
  PRIMARY KEY (`a`)
) ENGINE=Aria DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci PAGE_CHECKSUM=1 TRANSACTIONAL=1;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `aria`
--

LOCK TABLES `aria` WRITE;
/*!40000 ALTER TABLE `aria` DISABLE KEYS */;
INSERT INTO `aria` VALUES
(1,'x'),
(2,'y');
/*!40000 ALTER TABLE `aria` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Temporary table structure for view `checked`
--

DROP TABLE IF EXISTS `checked`;
/*!50001 DROP VIEW IF EXISTS `checked`*/;
SET @saved_cs_client     = @@character_set_client;
SET character_set_client = utf8mb4;
/*!50001 CREATE VIEW `checked` AS SELECT
 NULL AS `id`,
 NULL AS `code` */;
SET character_set_client = @saved_cs_client;

--
-- Table structure for table `child`
--

DROP TABLE IF EXISTS `child`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `child` (
  `parent_id` int(10) unsigned NOT NULL,
  `n` smallint(6) NOT NULL,
  `price` decimal(12,4) NOT NULL DEFAULT 0.0000,
  `total` decimal(14,4) GENERATED ALWAYS AS (`price` * 2) STORED,
  `twice` int(11) GENERATED ALWAYS AS (`n` * 2) VIRTUAL,
  `after_generated` varchar(30) DEFAULT NULL,
  PRIMARY KEY (`parent_id`,`n`),
  KEY `total` (`total`,`twice`),
  CONSTRAINT `child_parent` FOREIGN KEY (`parent_id`) REFERENCES `parent` (`id`) ON DELETE CASCADE,
  CONSTRAINT `child_price` CHECK (`price` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `child`
--

LOCK TABLES `child` WRITE;
/*!40000 ALTER TABLE `child` DISABLE KEYS */;
INSERT INTO `child` VALUES
(1,1,9.9900,19.9800,2,'right here'),
(1,2,0.0000,0.0000,4,NULL),
(2,1,12345678.1234,24691356.2468,2,'and here');
/*!40000 ALTER TABLE `child` ENABLE KEYS */;
UNLOCK TABLES;
/*!50003 SET @saved_cs_client      = @@character_set_client */ ;
/*!50003 SET @saved_cs_results     = @@character_set_results */ ;
/*!50003 SET @saved_col_connection = @@collation_connection */ ;
/*!50003 SET character_set_client  = utf8mb4 */ ;
/*!50003 SET character_set_results = utf8mb4 */ ;
/*!50003 SET collation_connection  = utf8mb4_general_ci */ ;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = '' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER child_before BEFORE INSERT ON child FOR EACH ROW
BEGIN
  IF NEW.after_generated = 'x' THEN SET NEW.after_generated = CONCAT(NEW.after_generated, ';'); END IF;
  SET NEW.price = NEW.price + 0;
END 
*/;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET character_set_client  = @saved_cs_client */ ;
/*!50003 SET character_set_results = @saved_cs_results */ ;
/*!50003 SET collation_connection  = @saved_col_connection */ ;
/*!50003 SET @saved_cs_client      = @@character_set_client */ ;
/*!50003 SET @saved_cs_results     = @@character_set_results */ ;
/*!50003 SET @saved_col_connection = @@collation_connection */ ;
/*!50003 SET character_set_client  = utf8mb4 */ ;
/*!50003 SET character_set_results = utf8mb4 */ ;
/*!50003 SET collation_connection  = utf8mb4_general_ci */ ;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = '' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER child_before_two BEFORE INSERT ON child FOR EACH ROW SET NEW.n = NEW.n 
*/;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET character_set_client  = @saved_cs_client */ ;
/*!50003 SET character_set_results = @saved_cs_results */ ;
/*!50003 SET collation_connection  = @saved_col_connection */ ;

--
-- Table structure for table `chinese`
--

DROP TABLE IF EXISTS `chinese`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `chinese` (
  `id` int(11) NOT NULL,
  `v` varchar(50) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=gbk COLLATE=gbk_chinese_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `chinese`
--

LOCK TABLES `chinese` WRITE;
/*!40000 ALTER TABLE `chinese` DISABLE KEYS */;
INSERT INTO `chinese` VALUES
(1,'ä¸­æ–‡'),
(2,'èª \\å¯¦'),
(2,'èª \'å¯¦');
/*!40000 ALTER TABLE `chinese` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `empty_one`
--

DROP TABLE IF EXISTS `empty_one`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `empty_one` (
  `id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `k` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `empty_one`
--

LOCK TABLES `empty_one` WRITE;
/*!40000 ALTER TABLE `empty_one` DISABLE KEYS */;
/*!40000 ALTER TABLE `empty_one` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `isam`
--

DROP TABLE IF EXISTS `isam`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `isam` (
  `a` int(11) NOT NULL,
  `b` varchar(10) DEFAULT NULL,
  KEY `b` (`b`),
  KEY `a` (`a`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `isam`
--

LOCK TABLES `isam` WRITE;
/*!40000 ALTER TABLE `isam` DISABLE KEYS */;
INSERT INTO `isam` VALUES
(3,'c'),
(1,'a'),
(2,NULL),
(3,'c');
/*!40000 ALTER TABLE `isam` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `kinds`
--

DROP TABLE IF EXISTS `kinds`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `kinds` (
  `id` int(11) NOT NULL,
  `t` tinyint(4) DEFAULT NULL,
  `b` bigint(20) unsigned DEFAULT NULL,
  `f` float DEFAULT NULL,
  `d` double DEFAULT NULL,
  `m` decimal(65,30) DEFAULT NULL,
  `bits` bit(17) DEFAULT NULL,
  `yes` bit(1) DEFAULT NULL,
  `y` year(4) DEFAULT NULL,
  `da` date DEFAULT NULL,
  `ti` time(6) DEFAULT NULL,
  `dt` datetime(3) DEFAULT NULL,
  `ts` timestamp(6) NULL DEFAULT NULL,
  `c` char(5) DEFAULT NULL,
  `v` varchar(200) DEFAULT NULL,
  `bin` binary(4) DEFAULT NULL,
  `vb` varbinary(300) DEFAULT NULL,
  `bl` longblob DEFAULT NULL,
  `tx` mediumtext DEFAULT NULL,
  `e` enum('it''s','a,b','x)y','Ã¤','') DEFAULT NULL,
  `s` set('one','two','three') DEFAULT NULL,
  `j` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`j`)),
  `g` geometry DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `kinds`
--

LOCK TABLES `kinds` WRITE;
/*!40000 ALTER TABLE `kinds` DISABLE KEYS */;
INSERT INTO `kinds` VALUES
(1,-128,18446744073709551615,1.5e-30,1.7976931348623157e308,12345678901234567890123456789012345.123456789012345678901234567890,'UU','',1999,'0000-00-00','-838:59:59.000000','2024-02-29 23:59:59.999','2001-09-09 01:46:40.123456','abc','it\'s \"quoted\" `ticked` \\ back','\0\0','\0\n\r\Z\"\'%\\_\0','‰PNG\r\n\Z\n\0','line one\nline two\r\n	tab\0nul\Z end','it\'s','one,three','{\"k\": [\"a\\\"b\", 1.5, null, \"Ã©\"]}','\0\0\0\0\0\0\0\0\0\0\0\0\0ð?\0\0\0\0\0\0À'),
(2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL),
(3,0,0,0,-1e-300,-0.000000000000000000000000000001,'\0\0\0','\0',0000,'9999-12-31','00:00:00.000000','1000-01-01 00:00:00.000',NULL,'','','\0\0\0\0','','','','','','[]','\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0@\0\0\0\0\0\0@\0\0\0\0\0\0@\0\0\0\0\0\0@\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0ð?\0\0\0\0\0\0ð?\0\0\0\0\0\0ð?\0\0\0\0\0\0\0@\0\0\0\0\0\0\0@\0\0\0\0\0\0\0@\0\0\0\0\0\0\0@\0\0\0\0\0\0ð?\0\0\0\0\0\0ð?\0\0\0\0\0\0ð?'),
(4,127,9,3.4028e38,2.2250738585072014e-308,1.000000000000000000000000000000,'\0\0','\0',2155,'1000-01-01','838:59:59.000000','9999-12-31 23:59:59.999','2038-01-19 03:14:07.999999','æ—¥æœ¬èªž','ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€ðŸ˜€','a\0\0\0','Ã¿','\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'\0ÿ\\\'','-- not a comment\n/* nor this */ # nor this; DELIMITER ;;\nUSE mysql;\n\'),(\'','Ã¤','two','\"text\"','\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0ð?\0\0\0\0\0\0ð?');
/*!40000 ALTER TABLE `kinds` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `latin`
--

DROP TABLE IF EXISTS `latin`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `latin` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `v` varchar(50) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `v` (`v`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `latin`
--

LOCK TABLES `latin` WRITE;
/*!40000 ALTER TABLE `latin` DISABLE KEYS */;
INSERT INTO `latin` VALUES
(1,'cafÃ©'),
(2,'naÃ¯ve â€“ \"dash\"'),
(3,'Ã¿Ã¾â‚¬');
/*!40000 ALTER TABLE `latin` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Temporary table structure for view `m_on_a`
--

DROP TABLE IF EXISTS `m_on_a`;
/*!50001 DROP VIEW IF EXISTS `m_on_a`*/;
SET @saved_cs_client     = @@character_set_client;
SET character_set_client = utf8mb4;
/*!50001 CREATE VIEW `m_on_a` AS SELECT
 NULL AS `id`,
 NULL AS `n` */;
SET character_set_client = @saved_cs_client;

--
-- Table structure for table `many`
--

DROP TABLE IF EXISTS `many`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `many` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `h` char(32) NOT NULL,
  `n` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `h` (`h`),
  KEY `n` (`n`)
) ENGINE=InnoDB AUTO_INCREMENT=2048 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `many`
--

LOCK TABLES `many` WRITE;
/*!40000 ALTER TABLE `many` DISABLE KEYS */;
INSERT INTO `many` VALUES
(1,'5feceb66ffc86f38d952786c6d696c79',0),
(2,'40510175845988f13f6162ed8526f0b0',0),
(3,'ad57366865126e55649ecb23ae1d4888',0),
(4,'ab9828ca390581b72629069049793ba3',0),
(5,'27badc983df1780b60c2b3fa9d3a19a0',0),
(6,'15197cf7214b58e67cae565e573ffd9a',0),
(7,'983bd614bb5afece5ab3b6023f71147c',0),
(8,'a037a7dfaf26abe1265bd5d51447be3b',0),
(9,'26d228663f13a88592a12d16cf9587ca',0),
(10,'55fdec963805de594b61b2c1692cadc2',0),
(11,'0604cd3138feed202ef293e062da2f47',0),
(12,'9f69998560dcfd8016442e0a32e95919',0),
(13,'284b7e6d788f363f910f7beb1910473e',0),
(14,'b458944d9ec4322f9ff0de2885ce82d5',0),
(15,'99ee50221221864d50c60baea6f14d8a',0),
(16,'b97d4904938f12a04277ff18c386c746',0),
(17,'1a1cf797fabe7f95836fabeca626907c',0),
(18,'e49ec846db7527df7ff483009fe61700',0),
(19,'bdc5d8a48c23897906b09a9a3680bd2e',0),
(20,'e41d64db5703c6440b5c714d57251a84',0),
(21,'4a44dc15364204a80fe80e9039455cc1',0),
(22,'7a5df5ffa0dec2228d90b8d0a0f1b076',0),
(23,'9bdb2af6799204a299c603994b8e400e',1),
(24,'055f78940c07630352676197ab7c3ed8',1),
(25,'d29d53701d3c859e29e1b90028eec1ca',2),
(26,'45297c633d331e6ac35169ebaaf75bc7',2),
(27,'226f76b55acb49701e06ded1d95165d1',3),
(28,'28995a2c0d04b66d5c7c818536bb00cd',3),
(29,'612111a352a571cbed3927ec6f749488',4),
(30,'4103f0a4e707b1c7bebbc42809ab0ace',4),
(31,'5e5c743a015ff8d81e2374d5bca1bdf8',5),
(32,'431688497f68c837444127cbac14cadb',5),
(33,'01ce4b291ad3ecd240be71870340051b',6),
(34,'31d8edb99534fd4800651db4d241d86e',6),
(35,'4ec24a2d7f1dfae1f98882eabf0400cd',7),
(36,'1aa3e4f8f4a38d99994d6af04b69455d',7),
(37,'5d85be4cc5af40a7cf2c4f0818d92689',8),
(38,'1a09807a0e6928a66d91025ed5fccd71',8),
(39,'39e18a493b913441c12fac89a09f2495',9),
(40,'a64332fe1df1790cb79d428bf5b5767d',9),
(41,'f5ca38f748a1d6eaf726b8a42fb575c3',0),
(42,'f296867839c8befafed32b55a7c11ab4',0),
(43,'2abaca4911e68fa9bfbf3482ee797fd5',2),
(44,'829f00a11ddfdebb51b67a913981eddb',2),
(45,'36790ecd55c2030dc553685bef719df6',4),
(46,'f79b8977720743f5e7c8b5b2e3813a8a',4),
(47,'88820462180e5c893eff2ed73f4ec33e',6),
(48,'5f0fbfc126a9876e177921aeb69a9705',6),
(49,'db55da3fc3098e9c42311c6013304ff3',8),
(50,'3141d9c749e88ee5550192703c3e025a',8),
(51,'0b35b06a22779418f775a804f36485f7',10),
(52,'8f08fb89c225a58e92455fae25d3df22',10),
(53,'524148f24802f8c68974c2e1ecc8b8f4',12),
(54,'3ce59e84971bc7e65e82559e90b01dbc',12),
(55,'d829857eb1366e70be857a69886d1555',14),
(56,'451b01cbb6bdda2450c47423173e5655',14),
(57,'edbad80a93adb5830afc3fccfe0e7c27',16),
(58,'6a7a1382f96c6e92e5ae50aedcbf77cc',16),
(59,'728bf33aab1d32d4dca8fcc6a020d8ba',18),
(60,'6b5f40c09215713a1fa83ea2de2adcae',18),
(61,'624b60c58c9d8bfb6ff1886c2fd605d2',0),
(62,'2f1987bf98c09d2f5d2a23a6ae29fa53',0),
(63,'38d66d9692ac590000a91b03a88da1c8',3),
(64,'78c0781a0697b8212d21711580c2c606',3),
(65,'a0eaec5a55dc2f5b2ba523018adc485f',6),
(66,'22a2fa7d04248931a8853a7714b86546',6),
(67,'5426d2ca50f244fb43fe9eafc82da08f',9),
(68,'0546542b90c76d50b3f8480b8b330865',9),
(69,'fed88b40aba63cac05eadd5db0088c03',12),
(70,'74bbcf773c82f8b9b1a44138238d1355',12),
(71,'87e29676d583c04a1682dbd5bc0d989f',15),
(72,'8ff9538e65e6781d654b811f88161d12',15),
(73,'21900f41ecb7b8e6cfd9250f096aad2f',18),
(74,'e1406f532a84b02f7b7645f2c4041c0d',18),
(75,'61182f39851829ca78c919a83ecbfa04',21),
(76,'dab2e78c8b5b1d04c09908172faba7f5',21),
(77,'10716564f7bea47036cae9a39adc7dcd',24),
(78,'aa4b0d224e2b4488c6e3c5692347a0e2',24),
(79,'bff3992c1d4f9aa5a7945023e32989d8',27),
(80,'70fa656aa0391eb9ef7bbc9c7e6771ec',27),
(81,'d59eced1ded07f84c145592f65bdf854',0),
(82,'0d21ae129a64e1d19e4a94dfca3a67c7',0),
(83,'dbae772db29058a88f9bd830e957c695',4),
(84,'bc10b57514d76124b4120a34db222406',4),
(85,'6af1f692e9496c6d0b668316eccb9327',8),
(86,'1c00e16c0db1f129d7b8b87fad27646f',8),
(87,'9644294ac4ffb3091eef01219b3fe4fe',12),
(88,'9e0bc0a9aa374eab9ae10383ab67c9fa',12),
(89,'e3f6959781c353c201d378e02d9da532',16),
(90,'a4ff3ad278c7b0575a8e32ae08eebfb3',16),
(91,'84f01dd97c687fb28a296bcc2ef18014',20),
(92,'c73c63198a1338f0d19547e3d07db9dc',20),
(93,'3f1bb7c0da3c01e685edd592f3a3ca0b',24),
(94,'cdbe4e7e26e3a55307dac9da65edc0d3',24),
(95,'234666d765f4c0a26cf4d96eced91558',28),
(96,'04e17d3132b946c48d0a3c708526055e',28),
(97,'fd0f7e53c5b02b688a57ee37f3d52065',32),
(98,'f23173a6a69eac1857d393cfaf33d57a',32),
(99,'5904c93073387f898f4f339094d4bad7',36),
(100,'d0ab864a17dbd8a07dda05a58ac74d48',36),
(101,'1a6562590ef19d1045d06c4055742d38',0),
(102,'ffa6059b954a4602a9fa1518d10ca616',0),
(103,'9ae2bdd7beedc2e766c6b76585530e16',5),
(104,'0eaa69a16d7c358a329a7111a809bd2f',5),
(105,'1e472b39b105d349bcd069c4a711b44a',10),
(106,'dfcafae694259c719203dd502252ab97',10),
(107,'deeeb5df3f2cee6bf4e597a8a3a878a6',15),
(108,'cba8d3a39041d4164e60270c6281f81b',15),
(109,'83151157c10d85af7c84657c71c3e360',20),
(110,'b0193ceb57d22ae3f35716d0e3d5ee4a',20),
(111,'f89f8d0e735a91c5269ab08d72fa2767',25),
(112,'c27484c7087191b29f05f9c05efc20ad',25),
(113,'2099a9b5f777e242d1f9e19d27e232cc',30),
(114,'4ab34cdf3e765ab1629ed66b4d683a8d',30),
(115,'64d095f2fecfdeb907dae5403b10966c',35),
(116,'1625f9db144171f78dc64afa00f5f506',35),
(117,'7ffc2066e20c16e95c0b41167e334afe',40),
(118,'202fd26f14d638ccb40975163ab0f05e',40),
(119,'5538e771949ffec150f6e8260b2e3801',45),
(120,'3f5f3806e425deac33023e9764d08ac9',45),
(121,'39fa9ec190eee7b6f4dff1100d6343e1',0),
(122,'8dfd13f4376053626e97eb7221d46901',0),
(123,'a512db2741cd20693e4b16f19891e72b',6),
(124,'77523aa0395b6ee089984c28fd543755',6),
(125,'39bb88f40d3aa2b2fe9dea67be27c747',12),
(126,'9c19f29d0e6fefa21eec58f6ff4d0cf8',12),
(127,'838f461c2fa673cec73e6eecdafa88b1',18),
(128,'d034a904e224b629947dac2110cf9900',18),
(129,'841a05fd378a2c067058585e3691c2a3',24),
(130,'63d942da157a1ee4e0cf3f5bbf398424',24),
(131,'6bcaea9882504292b2f6ea37a84b2154',30),
(132,'c649b15e769148e6b199b7a671140d60',30),
(133,'fc9e91cc78e1817d80b4ba8c2dc9a638',36),
(134,'fe35907591696b6a53ef1010575751a6',36),
(135,'afccd937e6ac2d1b6d6e9f318bc5e8a1',42),
(136,'d2388821e8b13716fc4a68f4a82fd8c6',42),
(137,'02f99d2002c703f1669e358989f1663e',48),
(138,'5cd5e6e836cd713686bd2ccc7a5626db',48),
(139,'7f5642cd0c851c48e5dfbd492e1cdee9',54),
(140,'6606753e5a126d7068012a526d44c3eb',54),
(141,'ff5a1ae012afa5d4c889c50ad427aaf5',0),
(142,'d0f451801443fa1478e1cf080e8d63de',0),
(143,'734d0759cdb4e0d0a35e4fd73749aee2',7),
(144,'19d0b0d4077454bdec0d553cc96ce822',7),
(145,'d8d1790737d57ac4fe91a2c0a28087c0',14),
(146,'93654b454b7bc1eea6739e8ca279d028',14),
(147,'f1607c19a0f910ca1b8dce18843bc34e',21),
(148,'07e9bba1c63a7a01f935ee06d931c453',21),
(149,'30eec89ddd9c342ef28a87f731d6e50b',28),
(150,'57fb0303e4a6845cd7a1484ee9773c21',28),
(151,'085b2a38876eeddc33e3fbf612912d3d',35),
(152,'3a481e728390d89c6843c180dc18ca8d',35),
(153,'172e1676eda470ede17e9d491554bcbe',42),
(154,'f8646a257c0c4273b72c83c5d563ba1a',42),
(155,'ca0cec7f60085f0289aaea5cbfbdd84a',49),
(156,'753f5d07dca28b828839860b6b691eab',49),
(157,'8a9a02d73aeefd97306a08c30969a9e8',56),
(158,'cf085574d40ec95878b1c306a9b2432d',56),
(159,'ce7d916f3b5c6edb421222b8e3b4c69f',63),
(160,'ad1f3889d0032e7c2791053060e4c044',63),
(161,'48449a14a4ff7d79bb7a1b6f3d488eba',0),
(162,'32eb1a8dafeb0873c8d00b0e9058c8c7',0),
(163,'7b69759630f869f2723875f873935fed',8),
(164,'2c58b3a68ac99f845a207a613ce245b3',8),
(165,'7f0a22117f8fe0172cf9209ff622b64a',16),
(166,'6f13d39f5c4665967f7df9f2f7311187',16),
(167,'2af4dd48399a5cf64c23fc7933e11aaf',24),
(168,'aecef364029f6f3f008b4f2b87b9a1c2',24),
(169,'ddfe0e8d462af661f81db36589c39882',32),
(170,'22b954454cfc20ef4813c70018c81004',32),
(171,'de0023e398111d43424845aaeee2e119',40),
(172,'e97e2ffefd968b2a3d838d7a52343594',40),
(173,'a4c6af0cb6f02dff01ba174e4cf11f24',48),
(174,'0ebe0fb634f8e4aca93dcdea090d0112',48),
(175,'0e78437805639c14d6413de94c031fd1',56),
(176,'d8d0dedb4bda4204d0b5e1de5a990a00',56),
(177,'52efd2aad05d27e3eac3665b82f2bffa',64),
(178,'cdc8d01a6ab341278ee6ff93d8c004b6',64),
(179,'38879b6376fbabdc8fbfb85f6b11a296',72),
(180,'051c2e380d07844ffaca43743957f8c0',72),
(181,'69f59c273b6e669ac32a6dd5e1b2cb63',0),
(182,'b7768fbb1847758d75c3ee28c3e2391e',0),
(183,'2397346b45823e070f6fc72ac94c0a99',9),
(184,'58eb0dd988df36c54ae88fcf58afcd0a',9),
(185,'09895de0407bcb0386733daa14bdb5df',18),
(186,'8c8f6b4381421dac2b8d6216cff7cb26',18),
(187,'48a1a756f2d83f1dc57bbf14052b70a6',27),
(188,'bb4d3bd125603e48cf30c795c427afd9',27),
(189,'cbd02d97b0731d88c78d30c20d90492b',36),
(190,'a1271642c26ded1a08fc67a7791aa368',36),
(191,'e6fcc0253ed7a328a10eb6e2e1ad6abc',45),
(192,'6c77b607e17df16d31c46c746a363280',45),
(193,'f6103ca1e01bd200a9258a366b7e8c22',54),
(194,'6ed255bcd55046343338a717f96b055b',54),
(195,'1a6d9c97798d8997f85ed9228296d533',63),
(196,'61dd8cd59a50bdaed10cc8e749b8015d',63),
(197,'e6f095e985e6762f1538b47ff1abda58',72),
(198,'5325302e6a26d6e63f0988d276af9e61',72),
(199,'fe50b64954720ccb97ff36a6bd105b6c',81),
(200,'a7be8e1fe282a37cd666e0632b17d933',81),
(201,'6b86b273ff34fce19d6b804eff5a3f57',0),
(202,'fe675fe7aaee830b6fed09b64e034f84',0),
(203,'16dc368a89b428b2485484313ba67a39',0),
(204,'36ab771eba23f49d7ae43af88c601f3d',0),
(205,'43974ed74066b207c30ffd0fed514676',0),
(206,'3b47492744946d5a188be73c702fb2e3',0),
(207,'c3ea99f86b2f8a74ef4145bb245155ff',0),
(208,'0f2cb44170f42cc966535f392a10dcd4',0),
(209,'dcaadad1cfce437735b81ab025f776e5',0),
(210,'afd679cd3f9a81fd9ce02e6434a24f84',0),
(211,'1158e7e12c5e7362318e5e3c2e1f2f1a',0),
(212,'3873ecf4855ce373db4b7afc32fe5884',0),
(213,'36c1cc2f9d7022bf6beacb6248a89e7e',0),
(214,'272228055649002aa68a0787a821ee7e',0),
(215,'290a0b92873bdf4e47986dc5208037ba',0),
(216,'1b365a4dfc8a9d9d77b27e0e07614e40',0),
(217,'096012b7ebcaf56d1d63b2784d2b2bbd',0),
(218,'22f2c8e194c42ba73d51ad92a2b9a45f',0),
(219,'fa88d374b9cf5e059fad4a2fe406feae',0),
(220,'a56b54e1c5933a83f79b301d0c08410a',0),
(221,'4fc82b26aecb47d2868c4efbe3581732',0),
(222,'3dd9c0995d54c0abd51a90f1d57b1ce7',0),
(223,'f6e0a1e2ac41945a9aa7ff8a8aaa0ceb',1),
(224,'0ffe1abd1a08215353c233d6e009613e',1),
(225,'093434a3ee9e0a010bb2c2aae06c2614',2),
(226,'2ecefe59ab6ae4e734bb1adec3bbb706',2),
(227,'20e9c64c05a54d199610fb7e38135361',3),
(228,'7611f1a57f80b0a87b4178e2e5f16baf',3),
(229,'52f14fc33ef45dd80ac2626077948f44',4),
(230,'90dbca35cc682d5b4c2e53bd171e6cfb',4),
(231,'2c69bc9b34fb0800a44a702e45019c10',5),
(232,'0d0c9bc37ae955b26c8bfecc22fcd072',5),
(233,'97623535a9ed79620c0c749a7c0a785d',6),
(234,'68722dedde84631c45b4aade9365a91a',6),
(235,'2499d690642faa4da2a67b078236d1c0',7),
(236,'f8d64a31eb7d864da9252b7e5dd26592',7),
(237,'bcaf44f4041e62e142d50cad2aae2520',8),
(238,'a7bb4472588958f3423a69c1f8a922f3',8),
(239,'a5ccb1c538e34663a658b1be28b16455',9),
(240,'dc4bc886825c446e6ae02d4d0c6a8787',9),
(241,'6f4b6612125fb3a0daecd2799dfd6c9c',0),
(242,'cdad86ca9450d1c143675a8436131cab',0),
(243,'89aa1e580023722db67646e8149eb246',2),
(244,'3958de59a1ae60b4330e99d6a5b79189',2),
(245,'67e9c3acebb154a282f326d4ff1951cd',4),
(246,'46437ab18a6657040b4535297ff247b2',4),
(247,'8d23cf6c86e834a7aa6eded54c26ce2b',6),
(248,'fc61dd3e648333d1c1133dde787c624e',6),
(249,'5092c37bcbc9f0fb33cb0f9cab7aa5ae',8),
(250,'726ec906a90da1f19f317ffc28d601cf',8),
(251,'72933e3b31f0070af6478edc3becf96e',10),
(252,'9674b1f53ad3b01c8b4eeab981da48a4',10),
(253,'90b0ce469fbd8e30a2862bb24d562dc6',12),
(254,'de690d1ae70d10081585d8ed98ed5825',12),
(255,'74de057f768beb42de17ffc4b8a56100',14),
(256,'f6c9da6121853fcc02a24a3bc2d82fba',14),
(257,'af5422f824076084bed9b8a09086ac59',16),
(258,'3c98b2624d1e35016ae337691a8bdce3',16),
(259,'7e07ae1a0cd3da38f7e619aacacec577',18),
(260,'d982309a461bcc3abc15489201522c8d',18),
(261,'eb1e33e8a81b697b75855af6bfcdbcbf',0),
(262,'3e34b5dc434bcf3186f089d362691cfa',0),
(263,'eeca91fd439b6d5e827e8fda7fee3504',3),
(264,'af6b495dd2d7c1174d63ec26b36a86cf',3),
(265,'138d9e809e386a7b800791d1f664f56d',6),
(266,'52a6eb687cd22e80d3342eac6fcc7f2e',6),
(267,'0bba869d7f392cbcaca6b8935ddc7fc3',9),
(268,'7ba7d31bfa1ed86327ecfa9deb2dd8a4',9),
(269,'0a1f1256f9bac68e806442aa76455bb7',12),
(270,'ffab53082b58bed639d2197c3b31c877',12),
(271,'891d46993a36d78392247c642138cede',15),
(272,'f1294f35f19846cd012506eadcc13ecd',15),
(273,'7b81eb727ed48055fa55c5e03aaa43f2',18),
(274,'0341b5dd628e639abaa6a2a7affb6e89',18),
(275,'f24f1a64b591544a871284bdde332d3c',21),
(276,'05758cd3875ad2171484c0026ccbb8ad',21),
(277,'209eb5f20ab018ff6f1e42b98e5b5792',24),
(278,'1ba71fb680250d97f045b4653bb05eda',24),
(279,'2f74d62c5e51079f4e0db990f3a44137',27),
(280,'5c06e46c5e47cfacad16ce1e37f17c09',27),
(281,'3d914f9348c9cc0ff8a79716700b9fcd',0),
(282,'8c6c42f379f08f03b79653a3230abd5e',0),
(283,'2c7d5490e6050836f8f2f0d496b1c8d6',4),
(284,'434dbd07bc54f593ede0fe8e4d0b93a7',4),
(285,'749fc650cacb0f06547520d53c31505c',8),
(286,'1a08785d4897bde6665ece8ff85cc539',8),
(287,'524b2d27a1e7fbc3a1614fa661e2dcad',12),
(288,'866cf6ce0c5209505ff73ec603df870e',12),
(289,'2dfe70c43208f52b9ef4ea7e13470528',16),
(290,'497e671df1de83a45eec09ac98062e81',16),
(291,'5de664ef205f95d4a68b69b148eecb04',20),
(292,'477e2d13152129e72c4a47a5abed06ce',20),
(293,'455ae2dfc77dd77562c06dc893a49d84',24),
(294,'4cd31e5e6c407602bd01a4b2f9dd0ce7',24),
(295,'75f7313c20144e39edcf57a14733d074',28),
(296,'1828526428f17576e6581a0b9c893ecf',28),
(297,'7125e777a6b199fc4e8c2a0d024215e3',32),
(298,'9e645831962e43f534afd60532328ba5',32),
(299,'dae40fcfed8e9ce405c3e0e207ba4781',36),
(300,'5933b0b35d5d3e9d1f53fbce9403c567',36),
(301,'031b4af5197ec30a926f48cf40e11a7d',0),
(302,'11382b8de6b4b042f25bf021335d31c0',0),
(303,'8e612bd1f5d132a339575b8dafb7842c',5),
(304,'a3ab7bbaf7390c1faafb17a4075a3a63',5),
(305,'c75d3f1f5bcd6914d0331ce5ec17c0db',10),
(306,'ea80b523f4585374b7c94e7b9b420166',10),
(307,'04a8708c3a481ced13845a30de522486',15),
(308,'ed6f2060379b3b2192ea06e51b6e771f',15),
(309,'caa1aedb2a6ce96b39b9fde1a49e1ebc',20),
(310,'2a3d253e5273a3e67096224cca77d84c',20),
(311,'1f09802c4beac758321ae8a9f94d752b',25),
(312,'1e61da9318ad5f39fa341ffa80865943',25),
(313,'e9ad42e2c3f4805614f568186b028221',30),
(314,'2b1545d9e4c5685925e30a7ad1a0a473',30),
(315,'d3b913cdf3e8a79786216cc7bbd15fc2',35),
(316,'35fcdee9b9238f7ed41a17b8d4dfafde',35),
(317,'6ffbae9aaff664bd4739f51a6c7883a2',40),
(318,'871c39835ef093344f55dd14dab9ea54',40),
(319,'8a8b2d66735ed03d0841027e42d38806',45),
(320,'3510a92fc7dd04f69b1aeeef5489ef16',45),
(321,'d029fa3a95e174a19934857f535eb942',0),
(322,'5d9e09b09389f1e4c8268e5464bfce4c',0),
(323,'bb668ca95563216088b98a62557fa1e2',6),
(324,'f1de64eac803d9604ccb03ec7734b0e0',6),
(325,'e888a676e1926d0c08b5f11fb9116df5',12),
(326,'b81d00e65f747a4161b56ab92f400b81',12),
(327,'73daa9289ddd08a53ba86f065ddb07bf',18),
(328,'2ee1a4c2b1f11f0ca375d1429e7902a1',18),
(329,'de482c7ed5ca67ae135ef25bf3b13194',24),
(330,'4cd468501fc1a553f49a7098424c51d2',24),
(331,'04edd1d7736883194af3ddb232c337e5',30),
(332,'8bcefa497af26e688b555d1c4c8cc973',30),
(333,'316c0f93c7fe125865d85d6e7e7a31b7',36),
(334,'8429476daf79869660e1228853868ae8',36),
(335,'c78961d3d782d8a85d9344eedae027f4',42),
(336,'c8808071a31da48c328ed639de35c0b2',42),
(337,'eb0c9cdc0862653468dacc6a876a0c40',48),
(338,'4eec6372c08f87b2f48f9c96ea4cb155',48),
(339,'eef79a6a04f78a54832c8891ed83f486',54),
(340,'f7ac69722a0706c533afa393b1574a76',54),
(341,'7f2253d7e228b22a08bda1f09c516f6f',0),
(342,'34be1021b378c5701b4dd1430970982e',0),
(343,'284de502c9847342318c17d474733ef4',7),
(344,'e361ec1ff521cfdb913fbfeb831a2ae6',7),
(345,'3635a91e3da857f7847f68185a116a52',14),
(346,'efbd1f26a54875e39972ccf7fa21a34f',14),
(347,'9b15fed64ef16980f625aeed46ab4cd2',21),
(348,'b2493a63065944321efebad0c9078c6b',21),
(349,'064c3e311ef63912b0cc91db9681ce2d',28),
(350,'f64ee82a9f4a0451528059f6302d3ec6',28),
(351,'f292c8c5c2fe9fd30ef1c632e6936eda',35),
(352,'aded40e220d2587b0ef1f88302a192d4',35),
(353,'00bebc5be79d19e1b8b3f250dc39aebf',42),
(354,'15d45f2509126484f295a467baa49771',42),
(355,'0fbc9039145b6449a7765dcc00d3bd83',49),
(356,'678fdf60f09b909c910d95cc43d81a46',49),
(357,'062f50753b9095ee2eff40f888d93e61',56),
(358,'51f8abfe29ee9821b5727c55d31f9d29',56),
(359,'98964da49d0a98402ed3d2d37b3350cf',63),
(360,'2b5d2ba5803e6fe3a2bc08b5f3965f47',63),
(361,'5316ca1c5ddca8e6ceccfce58f3b8540',0),
(362,'e18037f42fd038fa9b51c6234fa4f332',0),
(363,'580811fa95269f3ecd4f22d176e079d3',8),
(364,'0252b081bda70b478f0131b310a93cb8',8),
(365,'71a1c003a2b855d85582c8f6c7648c49',16),
(366,'c2a824544a0afd72c9bfe30643efd67f',16),
(367,'392a52e4f77c40bf3321dc2feac356fa',24),
(368,'a39ff608d7c5bc24e03340701adfa572',24),
(369,'51d089cdaf0c968c94b80671489d22b6',32),
(370,'f525eef4f03ab81983392564bc44fea0',32),
(371,'4299da7466df09516d290f7a99c8b7a2',40),
(372,'3ef4ba73834a4409affdc4f09899d57a',40),
(373,'1c8dcc518b9942ef52885666bfb82260',48),
(374,'6debfc7d20fed1535e09e87aaead966f',48),
(375,'28955b1fb53203e2ff246fd2d4c3e148',56),
(376,'61697e084834fbb2cf9ceebd945b42bd',56),
(377,'28096b238fafbfd5abdb8ddf4e7f5a2c',64),
(378,'74ed65a2d22a92c3b4e013c15ff04d05',64),
(379,'aaf5060b9517ba4f550ee34a7f3ed7b0',72),
(380,'a78f19952edd18bf02b3c9eb704b088e',72),
(381,'1da51b8d8ff98f6a48f80ae79fe3ca6c',0),
(382,'11bde34a6593b3da0d81a8a71b24dc6f',0),
(383,'70260742c2952154c84e2ea9f68b1a73',9),
(384,'941b74661161da4ada37e53ac991b085',9),
(385,'33512007840ced1bb0aab68f47cb5f70',18),
(386,'a9b9bd8e0ec83c8374c3c83178e416ad',18),
(387,'a934c244755c66aebb0d6f9f5687038f',27),
(388,'01d77b0b1bd2fecc8ddd43210d4d1093',27),
(389,'227445a988500528d7826c6921d2e3b4',36),
(390,'4cf3ab13ec4367b7b740f2b7f3d477a8',36),
(391,'60f070e3393291d6f836bf0acdca6138',45),
(392,'e52522a505f68250e81747aa5386c5c6',45),
(393,'809e63d5c8aa03af112d17361058d0d8',54),
(394,'70399d63b169b1ae4b8c6e7ae9a75df6',54),
(395,'0b0fc3be2ee8d1d33518036b0f38402e',63),
(396,'d62e1c294189ca3ba7b7190070222ef9',63),
(397,'d7be6321b3d940822dd195bcc86cca41',72),
(398,'fd242859bc18ffbb2b9c9bdb1ce4d1c4',72),
(399,'25b7c81e770034aeda70db74af0fb638',81),
(400,'8e9b669109df89620b94f2387dc53206',81),
(401,'d4735e3a265e16eee03f59718b9b5d03',0),
(402,'b281bc2c616cb3c3a097215fdc9397ae',0),
(403,'37834f2f25762f23e1f74a531cbe445d',0),
(404,'277375b99e186c72ac38ac47b0319903',0),
(405,'c17edaae86e4016a583e098582f6dbf3',0),
(406,'da26b77becf8bcc17aa4e59a0205d891',0),
(407,'f32828acecb4282c87eaa554d2e1db74',0),
(408,'ee47968ec53bbe68eaf52703d6cab88d',0),
(409,'b7c7470e59e2a2df1bfd0a4705488ee6',0),
(410,'5626696e19ac4b81318bf2bdc4af05ef',0),
(411,'5344c4110f483793dc352c388e677767',0),
(412,'b7b99ba738afaaf923fa742a27b26940',0),
(413,'aee4848a8580f31102073d34012cb370',0),
(414,'2f57a2e309c463513b962750096f4389',0),
(415,'47fec9f491173c57c1d5b35dfefdb69c',0),
(416,'7a64ce427ce0ca963ce9c3ab0da2db27',0),
(417,'477f4b2cdd3fe2b9fdd7dfb887f98252',0),
(418,'fe7c8b93142029fafe356ee9b2dd0976',0),
(419,'6a97982dccf77dd3dafa27fcbdf75c01',0),
(420,'489ca219174f91b48313c188f4c998a5',0),
(421,'6b51d431df5d7f141cbececcf79edf3d',0),
(422,'165940940a02a187e4463ff467090930',0),
(423,'b1556dea32e9d0cdbfed038fd7787275',1),
(424,'fe91a760983d401d9b679fb092b68948',1),
(425,'fa2b7af0a811b9acde602aacb78e3638',2),
(426,'cbfad02f9ed2a8d1e08d8f74f5303e9e',2),
(427,'865736a1c30a82dc67aba820360a01b1',3),
(428,'712dca40936b39ce670dc803736fe373',3),
(429,'fabf5b7fedb3e62a81c9298b19706249',4),
(430,'8ba36ede1aa545ad0134565edcd06b59',4),
(431,'94f8607915dff25f013e45fc0642fb98',5),
(432,'66c03337b22c301d55a339a94165dc09',5),
(433,'55f0124bb79f5c53d868ca45bbb0f4d0',6),
(434,'76ced5b53829bb4ca8ab376be09683e9',6),
(435,'9b09d7f65345fc85aaa8814b69f3c933',7),
(436,'1c918023d679a37e1f3338c9029fe547',7),
(437,'313c938e0103b56b43632b702e3e6344',8),
(438,'eb5af8ab99b55cda453f70e6a92c7b32',8),
(439,'9284d61c8c2ba62b951d501629da26c0',9),
(440,'a991b89eed28e85e1a7238873f922290',9),
(441,'785f3ec7eb32f30b90cd0fcf3657d388',0),
(442,'f00f2e7bca65e9f8409fdb3bcddfa031',0),
(443,'1be00341082e25c4e251ca6713e767f7',2),
(444,'b3282a2f2a28757b3a18ab833de16a9c',2),
(445,'9b871512327c09ce91dd649b3f96a63b',4),
(446,'16a3e9e922b41fde13be3ae377b18e08',4),
(447,'f10d91a7596bf5a6773579ff1306afdc',6),
(448,'6d62aa4b52071e39f064a930d190b85a',6),
(449,'5658b88806a236b6439a7ecd0a87af24',8),
(450,'fd53efd8940f305f79e212dc2e0a557d',8),
(451,'a9346b0068335c634304afa5de1d5123',10),
(452,'ff231d4dee9c91e9ead0253639c25479',10),
(453,'fc47b34e36f4032acd1ca2192a7b9b09',12),
(454,'6d7be37d6aa3665ddca5b4c3ab26e689',12),
(455,'0ebb3519a0c4044c4571b2408a52e7ed',14),
(456,'cdb1cf26ad261fb2b601b814b8385032',14),
(457,'f391e014b2ee3a42955272b8fc78634d',16),
(458,'4aa7c75f447a322ef6880842b631cdc2',16),
(459,'b312d5fbcfab403a28f259ab3d2b333a',18),
(460,'2c1f3f5f6523af84fde4af934caa1126',18),
(461,'e29c9c180c6279b0b02abd6a1801c7c0',0),
(462,'340ab11db8d1a7435cb4b4a0492a9eee',0),
(463,'dbb1ded63bc70732626c5dfe6c7f50ce',3),
(464,'e754478c35f2708c5d0bf28696b44f1b',3),
(465,'835d5e8314340ab852a2f979ab4cd53e',6),
(466,'b6602f58690ca41488e97cd281536713',6),
(467,'7104741a92e73eb6c5d69cd04cf0afbe',9),
(468,'24fd7e2735af185459f293eb87047897',9),
(469,'98f1f17f9a73ccfe3e25940add8d9ce9',12),
(470,'1c053d3970411ca6bf88c28c07c63507',12),
(471,'68f10bf021d7734e071e07bbf561aa0f',15),
(472,'f76cb816b3f74ecf30d387c64869038a',15),
(473,'3bcc1340d90b3d55accb9a57998b6970',18),
(474,'3c7217bd6d2c58c67e93c1b4a0c5d2f8',18),
(475,'81defd9e2e8f85c7f09874bbe5b8d9a9',21),
(476,'bfea46db09aa46da5a6628ecd5d5fba3',21),
(477,'93c3755d0c9030cd90f0e6eae6870a84',24),
(478,'e0687aaa8689e196e8bdb1d9c79b6c76',24),
(479,'6e8d1a943f129896827384a699a11a6b',27),
(480,'01a0123885ebec5b37b52ddc058c20d0',27),
(481,'73475cb40a568e8da8a045ced110137e',0),
(482,'216da54b5931a6d37cca8e29953361fe',0),
(483,'d4ee9f58e5860574ca98e3b4839391e7',4),
(484,'73401dfc9377b9ed6ea5a996cbde303c',4),
(485,'14063697603e22d600d336bee6cff12c',8),
(486,'550018524a55c47b54067a7454e1b6f6',8),
(487,'023849c38925e2af028a2eb4e1dc41af',12),
(488,'1c0e147e6071fdf6fbdad9b7add2ecac',12),
(489,'5627b4a8f9efbd8fbdadaf4177824186',16),
(490,'8fd238119777a31e5950abe5c4ef1425',16),
(491,'2d86377d4cc3e6c85bab00dd407f8c5b',20),
(492,'596d0c702ba6d20835982c87a878f97d',20),
(493,'68fcd1eb684859a314bbf7f7c99037ce',24),
(494,'b5740f0e88bf42cdae45c073ea5c170e',24),
(495,'ccbcd0d62f439eacea8b0fa4139d934d',28),
(496,'e85cdd30a33c8fbee53826f320976004',28),
(497,'ac93f3a0fee5afa2d9399d5d0f257dc9',32),
(498,'3ab57220f1f10003766dcc4180152b17',32),
(499,'68e1e435db6ab43fd38ae5df6c6a03b5',36),
(500,'7fb754c0792cd52ea50ce5b8862b5b07',36),
(501,'41cfc0d1f2d127b04555b7246d84019b',0),
(502,'d8b5e2791d0d1cee319ee3def0e46318',0),
(503,'043066daf2109523a7490d4bfad4766d',5),
(504,'a367613375c7fcd7402955ec5143e208',5),
(505,'d6e5a20b30f87216b2c758f5e7a23c43',10),
(506,'788181d3e6c41241e68b21d3b3826e3d',10),
(507,'9a72c24f2fd76561729110d804c69f38',15),
(508,'9d551151d715267077b3a4a41ac5652b',15),
(509,'549a2fac47d713cc00f2db498ad6b557',20),
(510,'abe6c5838bf22b825feb81d89e93c837',20),
(511,'cc6bb91d4a9aec9fe2e20ae49fd18166',25),
(512,'51e6811411165c04f691eb5a38cf11a7',25),
(513,'83eaf4dc5e19bcbeb23801e2c3e08c4a',30),
(514,'b3dfc696bb0a50080a047af22f87c0f9',30),
(515,'8b80f49ec2822cb3cdbe97d9405e39ae',35),
(516,'fe4f4f270df95e1b05dc0f682ec6f10e',35),
(517,'929f003731a97f915d11893c6652bbc7',40),
(518,'501883ce12ba20f1a0de68f06b8c84d3',40),
(519,'ad8fa913d25b3970c6efa8ca504da8ba',45),
(520,'6ed701cfedb16ebd91b2d185383115c6',45),
(521,'81b8a03f97e8787c53fe1a86bda042b6',0),
(522,'ae4def1ecaae8be24edf7f6453e37f72',0),
(523,'79d6eaa2676189eb927f2e16a7009147',6),
(524,'7ec62885a6b7777a7d9cab7f236a96f2',6),
(525,'9e6a72557ada15d02001f024f43f06ed',12),
(526,'16e18ac98844452e0eba34f615bdeaad',12),
(527,'3963317a2b410e5357f4d839787aedb9',18),
(528,'a2cdc3e5a34ca7321a76d6cd14bc4677',18),
(529,'da4d43f295ce92630829272fad6d2e72',24),
(530,'3e6ce2279a7dc8bb8983635934792170',24),
(531,'4eef24c6b8248c2271f6663f44ec0de3',30),
(532,'0f427d4e1430f8f57221d70dca9854b6',30),
(533,'81f27f8a7d8766c72c0307a31327c1fa',36),
(534,'2f5903a7888abd6b422cf1e888c5e678',36),
(535,'9b6c13f0d182b253c607005217881bbc',42),
(536,'a4fd40788cd53f2f10dc480f6b73edc9',42),
(537,'ee9d527a0a6108477fc5c98cf2a00f65',48),
(538,'169564455792f758d4dd0e6770c9dd5b',48),
(539,'084917af148384c1e8396addcec2fca2',54),
(540,'9aec25da37c5143655198925302a9957',54),
(541,'8722616204217eddb39e7df969e0698a',0),
(542,'f8b2f96ed09b16bfd24ff625c064408f',0),
(543,'68519a9eca55c68c72658a2a1716aac3',7),
(544,'02ede7e8caf71df40a5bb6495f5fcbc0',7),
(545,'1c6c0bb2c7ecdc3be8e134f79b9de451',14),
(546,'c676b6e9a4ca6b5ac36368e46b51915a',14),
(547,'62f77e7d6197863ac98d9e0cfa76bea0',21),
(548,'a2144767f33525b47ccdbeb90311911f',21),
(549,'b6cb293891dd62748d85aa2e00eb97e2',28),
(550,'e56ae9ee21661d3febabe8d1e03ee82d',28),
(551,'5e74cb2ad4e2c9e2d3f59a1e6c8a5d49',35),
(552,'9c05d48bbde0b1ecdc68706e9c4a536d',35),
(553,'12f26af0dcdfae8fe4331d6a4c369edd',42),
(554,'aeba47c17ca09557808c333b49af210a',42),
(555,'9168e847861429230da331e23aa79838',49),
(556,'075441be7bc0cdbab6093bbaed5a25b2',49),
(557,'b543b2a3edcc48cc0f9d715952267338',56),
(558,'3f613c55d57f95fe15534edae86f6863',56),
(559,'3658d7fa3c43456f3c9c87db0490e872',63),
(560,'0a95adbf8581859ae0cc477127abeaf4',63),
(561,'a46e37632fa6ca51a13fe39a567b3c23',0),
(562,'3ef58410b868298fcca4ee41144221bf',0),
(563,'bfa7634640c53da7cb5e9c39031128c4',8),
(564,'c7b96125d8bb1b5ac26f057909f1a29d',8),
(565,'27e1615212f3c6ea846ed6c412df1361',16),
(566,'3ac84a052226066874f36ca9dfddd163',16),
(567,'f65ccfbfec288565c1d4142759855477',24),
(568,'479f16c2905bae7bb62edf5164063fc0',24),
(569,'d4679c618f1af07ee8570edd4b931e2e',32),
(570,'e3e69eaf6c365e40a7a9fbb927273b3a',32),
(571,'421c0a7b6d0ee1c34e3d78f1685b6d95',40),
(572,'6d78b19a042a64f08cc4df0d42fb91cd',40),
(573,'ec1c7d93ba051204e4fea7e167f540c2',48),
(574,'39fb5bd005525dbf048273aa7453557b',48),
(575,'3da6ee6699da1eb52d358aa59b8e1cf6',56),
(576,'72b31cf00f8ab3967588fad4a32f6162',56),
(577,'1de4842b42fa3db35fc4cf058a02acb0',64),
(578,'700e459d870c9802b496fcedf6d1c3e1',64),
(579,'dff17949eb4f9ecd9361bb97c38a9404',72),
(580,'48deb732e8de8fe7995bbc2816520798',72),
(581,'8241649609f88ccd2a0a5b233a07a538',0),
(582,'5f302d143dace627a6a87157fd1362b0',0),
(583,'eb3be230bbd2844b1f5d8f2e4fab9ffb',9),
(584,'26c151f9669f97e9117673c9283843f7',9),
(585,'6db6eb4af1e18ab81d3878e44672185d',18),
(586,'400b6feaba94359995cb987b5dbf7666',18),
(587,'6ea2fdb3399f4d2e806beb01e9a3371b',27),
(588,'01b23136ea7f9f8b9e72c9e125fd7103',27),
(589,'23e8b0175874e1bb3b4799e13a6634a8',36),
(590,'679b3fe58ea4b7378c418d79dbe3e89e',36),
(591,'793733573a1dfd14a2e889a11b2ad7b6',45),
(592,'8cca04ee02b8915f60a6b72c1faf1992',45),
(593,'4cc3d9cba4633096fadf09ea1106b4b3',54),
(594,'2740db06dfb5b0b667597f708e38bed5',54),
(595,'74332c78b10e3ee51ac4a3c18ccc15c1',63),
(596,'88831144c552348a6df88c9a58528323',63),
(597,'46db1ca7f3598c26c3e6c8d99e3ed95d',72),
(598,'6641020d80e10877a13a973592d93416',72),
(599,'c0d2d188feaa1562d9a1ca041b288967',81),
(600,'3f83e9ad5be63bd5bf2fd009fffe6b7d',81),
(601,'4e07408562bedb8b60ce05c1decfe3ad',0),
(602,'8c9a013ab70c0434313e3e881c310b9f',0),
(603,'454f63ac30c8322997ef025edff6abd2',0),
(604,'f0d588a225e6e6ba0501a3f787230abf',0),
(605,'4621c1d55fa4e86ce0dae4288302641b',0),
(606,'7ac25d5d84cae3dcc037c52a93dfe320',0),
(607,'8bd9c0d453533757387ed019c45617cd',0),
(608,'58070c528ac8e387bfc110298bf41797',0),
(609,'d26eae87829adde551bf4b852f9da6b8',0),
(610,'e8026bda3ea2eedc7dc7bce9daa640f8',0),
(611,'7182dd431b5c8833ed3c8a02c8615780',0),
(612,'a3513549948fbfecfa1ff0300bf3339f',0),
(613,'97468f679ad305fa4dbbf17fd4bf18c4',0),
(614,'bf0a60ee19adc7954e2248d0c4fd7fed',0),
(615,'769e881d85fc5d27cb4cbc8382200d95',0),
(616,'a860d24f31d82a4fbf73c4239d615936',0),
(617,'9f006addc898a6458ff29db72de90b27',0),
(618,'ee0d6c299a70d20946c1bbdba7e14d32',0),
(619,'a2cc73deb383356e2c51d5616631e007',0),
(620,'262b06d105e1c865b01c3e0a74291cda',0),
(621,'3fdba35f04dc8c462986c992bcf87554',0),
(622,'2ec42bc1f3e672fc1cf7fdcfc2324641',0),
(623,'6c658ee83fb7e812482494f3e416a876',1),
(624,'b7e307660e1611cb42bcb28e4bb4a646',1),
(625,'d48ff4b2f68a10fd7c86f185a6ccede0',2),
(626,'de3d43caad2bd3c4f0622fc60deecd06',2),
(627,'8efbbe9bc19ad2e043c6cdb187c0a0fe',3),
(628,'1cfafff6d51a03662b85b93dc3417f51',3),
(629,'1c49f22f6de9bd15e5e566fa8983be4c',4),
(630,'93f9c262828299ee745a8b6506b45a56',4),
(631,'39700d452c77592c9710a4a34c6fe97d',5),
(632,'b695396d3070a538dafaeed76a84fb93',5),
(633,'7595dae9cde82218336a5457ed9d55ec',6),
(634,'96382608813353bee4eeaf0635a3b335',6),
(635,'40f8d6d22b99ea3388538fd60bbf5322',7),
(636,'319f6d0f44f72b8278c5abaf74ad0357',7),
(637,'477d8dffaf92d265c56dca496167d71b',8),
(638,'ce63ea0809ce32335dd7692f1e0c6c5f',8),
(639,'1bee34b6262a7777362f96e3dd563576',9),
(640,'3b1fba0616142d348bd8a977e3aa3d65',9),
(641,'535fa30d7e25dd8a49f1536779734ec8',0),
(642,'6629ddae3736e894e89cb4a1300a9d2c',0),
(643,'a665a45920422f9d417e4867efdc4fb8',2),
(644,'4739ee3bd29e4f415da8ba9298a087e0',2),
(645,'56f4da26ed956730309fa1488611ee0f',4),
(646,'fa3cfb3f1bb823aa9501f88f1f95f732',4),
(647,'3949ac1596ec77106a709a618bf5adcb',6),
(648,'b24e3e21870645af14da826d4cb300c0',6),
(649,'814bb6b8dc12188a44b71e378dc20a42',8),
(650,'e81d47bc1914daacdfe3670959ae7f74',8),
(651,'a1e8154bd1a4c96efad1d5bd4a3ecbd7',10),
(652,'311ba2ed6a5b4105fbfdb0a8b745d22f',10),
(653,'fc71f2d6d38dbfc752ecaf2262916dc8',12),
(654,'e84909d7fba7798e68cbb865e5a57713',12),
(655,'07e46896ba89f88776fed50a1b789512',14),
(656,'7c1c2745ec0ebb049fcc29e39d81909f',14),
(657,'7a84ae249fa744b8c1acb6c5247c2cf4',16),
(658,'2e1943902be93c87e9d31812ef887d1f',16),
(659,'b5a9ede9a93528be3e12c5665c179c2d',18),
(660,'d42ed19c0d9c80706b6b1484a97cf863',18),
(661,'c6f3ac57944a531490cd39902d0f7777',0),
(662,'f8b7291025863577c250b562e8aa0d7a',0),
(663,'d2f483672c0239f6d7dd3c9ecee6deac',3),
(664,'7a99d42d79e9bafeaa5ccedaf0135267',3),
(665,'c0509a487a18b003ba05e505419ebb63',6),
(666,'4654d793972c3b6a1d48fb0ab58d9cb0',6),
(667,'556d7dc3a115356350f1f9910b1af1ab',9),
(668,'6fdd9b073bc00a5da50bbb71825e6461',9),
(669,'aaf01d71b55e51b1a3051cbb3cdc0646',12),
(670,'38c02f46b57855590f8cdd17c1b2704e',12),
(671,'fb8a0d2da8683cec6cc64542f95ae11e',15),
(672,'15310fd04ea64483103071a114d24163',15),
(673,'b6b1b469ea43c90a602e7ae3bdea001b',18),
(674,'e62e4120ce246492a612a58846228e29',18),
(675,'367461e6dd07bdb57342cb64b2a8d8e0',21),
(676,'8b0ae2d638c19a4186bd51d80e80aa64',21),
(677,'130790feced08212eed7d1490dd4d7ab',24),
(678,'c91bcd9ef3968cb25256c8fda7b1613b',24),
(679,'ee1a7173778d6b708b4e532f6b997fcd',27),
(680,'c8c817e80216ce409c63a735acdd40fb',27),
(681,'44cb730c420480a0477b505ae68af508',0),
(682,'c0aa4a0be7ba28399b09a68835a21755',0),
(683,'d6f0c71ef0c88e45e4b3a2118fcb83b0',4),
(684,'a183251a8414fd819da06488541d5233',4),
(685,'72440a20f54075ac43f51a2cf0dbb2a1',8),
(686,'8c454536b6e2b8b29a1d839aa3c5ccf0',8),
(687,'3c15285c04fff40024bb8714b93e5817',12),
(688,'2b0ebe245db547be83a6fe7635f1e920',12),
(689,'6d05621ab7cb7b4fb796ca2ffbe1a141',16),
(690,'298647699bcb31c22e6d6486891b637b',16),
(691,'18beb4813723e788a1d79bcbf8080253',20),
(692,'50a0a04f2d67b4a26d3aaa163fa2fb0d',20),
(693,'62e66f3e9936906923febd26f9d2536e',24),
(694,'1b9fc6751bc015632376866fc870c6fb',24),
(695,'0df5486b7bca884d5f00c502e216f734',28),
(696,'acff539c0d5cd0d34613b4233b7b4bb8',28),
(697,'55e8ab098d48f8be5578e3d3708496d1',32),
(698,'ed909f604792d384d8f13dfed4f7069e',32),
(699,'e133553ea138da0438f229cc2273c76d',36),
(700,'66a7a5807c3130eb2d0b55bb260a6a00',36),
(701,'2858dcd1057d3eae7f7d5f782167e24b',0),
(702,'285b71922aaa01d870483d3b4f59e4a6',0),
(703,'620c9c332101a5bae955c66ae72268fb',5),
(704,'c28474616c0273f299e922da2138b3ba',5),
(705,'e7866fdc6672f827c76f6124ca3eeaff',10),
(706,'f2adeac9190ca809f50201695117e73b',10),
(707,'459535faa370a3b5f8b87203b089623c',15),
(708,'04ad22d7630382dd5ece1410d2d8a131',15),
(709,'d83c7ee736be931d85b78a4a60881ced',20),
(710,'53d2dd2504402eec1bc49ad74daf2e90',20),
(711,'d40fbd13d527595c47eacbf0d7c87d25',25),
(712,'8012472a35fd40939e08041936918ad9',25),
(713,'5f128c8385e577cd1539a0e5a758e400',30),
(714,'ef0d2e96b08cee59a3557ca2ddba84bd',30),
(715,'a8cee66e4788af8b855979155e486c98',35),
(716,'6815fd0989fc6aa86c07ab321564405c',35),
(717,'7fc81a57656ec055615121454cb5343a',40),
(718,'204a58c3197e64dddee2cc8a2a7da487',40),
(719,'6953c2a883537cc80135516935de5429',45),
(720,'592fbed6f4ef4a643b0c5dec00a9a32f',45),
(721,'da4ea2a5506f2693eae190d9360a1f31',0),
(722,'0fe39b99b379952df916ed88c169ec63',0),
(723,'3d3286f7cd19074f04e514b0c6c237e7',6),
(724,'998bae6a40b82ac12dd182fbb3bd6bbb',6),
(725,'4be84111a613654b362415e563cb7607',12),
(726,'51e1424eeb514560081905811593feb1',12),
(727,'a43231c2216f23db8d65bbd57e0ce657',18),
(728,'52558cb584c322ce06bc71777ddf400d',18),
(729,'06de973bb45531d52cdbd483c5e50bcd',24),
(730,'757b6b66ed184438f5374c3be70402cf',24),
(731,'fa4ddf29f41b575377ce14a7900d1e26',30),
(732,'e830a0d7d5f303724e6404c8f9797580',30),
(733,'4b8ba4b13094beaef100d3eb7d4c8e23',36),
(734,'9eb2d543a0a36152b0077db398e71d3e',36),
(735,'df56bc061e91023bff33c6ba0d49d166',42),
(736,'9a0d49266d4f5e24ff7841a16012f3ed',42),
(737,'c62ce8b4e927f02f91742ab99d269a17',48),
(738,'9b5173ba93decd311f89513f060a62d6',48),
(739,'b22eb34537f6f6753da6e0dc05713be0',54),
(740,'59279341ea59fbf34025024596b670b6',54),
(741,'96061e92f58e4bdcdee73df36183fe3a',0),
(742,'be1722b1d104ffb2753260682954754d',0),
(743,'4a8596a7790b5ca9e067da401c018b32',7),
(744,'0e6801798cea548d4bdb92af10e38939',7),
(745,'303c8bd55875dda240897db158acf70a',14),
(746,'7deef068fe937f6dcc2098c04bfea863',14),
(747,'e52d08747b9d7a6d04551bb86ee3f7ee',21),
(748,'16c6411a67ff85c3c3ab8b938976ffd4',21),
(749,'3a8f6d79cd434dc10588606993976b7b',28),
(750,'33bf4329c846019957cdba15fd5767df',28),
(751,'5b4afb8d2ed60a5777760a1cd17fb91b',35),
(752,'79e8c13e1a8c51e0ff30567fa583fd52',35),
(753,'f4466a4b51d21014b34f621813a1ed75',42),
(754,'5514a9f709310b22ee9bddd4e6da1b2b',42),
(755,'d15e7843961ed4bfa3e08a80b882c746',49),
(756,'7880bd7fe5dcd28637eade8b95c42961',49),
(757,'46f9d22816179479bd27b00368547883',56),
(758,'a0b5322afbb030d7c3c8d9c63bc05fb1',56),
(759,'c24cf8d31cf7e596ba052b7ed00f169b',63),
(760,'9baed8fceea6e36d36670d72429d9095',63),
(761,'bbb965ab0c80d6538cf2184babad2a56',0),
(762,'1090b9e9eba719a3f27dfa49de494972',0),
(763,'b8aed072d29403ece56ae9641638ddd5',8),
(764,'48e1ff78f2967629663434954e7034e9',8),
(765,'e0850a775c17a87060c0cf6efad1020e',16),
(766,'c47affb712a521d4fdd0d9af6cb0e4d4',16),
(767,'48b361d46638bfa4eee090c158a750a6',24),
(768,'6495da527bb644b403ca922424bd8976',24),
(769,'48ce32e8ec7741594c8786e445fbed50',32),
(770,'485d997d70d9483c517eb6f36b649bf3',32),
(771,'62bfa285013f08807d394266cdf8261d',40),
(772,'6360659f97100b35f3dd80cd08358fb4',40),
(773,'07bed92aab16ecdd9c886a79e44f0c0b',48),
(774,'7db67cf8f985b40952938e7402a645eb',48),
(775,'5620e84be3e5141819e0d9e4ba10b782',56),
(776,'85a0c85aa37d722d218815ffa1a4df4d',56),
(777,'3055e0d8130c7a197bc6e020afe9bea1',64),
(778,'f804663d999ea924c7537b90bfa97955',64),
(779,'fbe10beedf9d29cf53137ba38859ffd1',72),
(780,'52bb7cc738dbf5e5eee2c76754d87904',72),
(781,'6e4001871c0cf27c7634ef1dc478408f',0),
(782,'1ff7b91c979ea344298826c212adf745',0),
(783,'684fe39f03758de6a882ae61fa62312b',9),
(784,'6bd44ccbcb332868f388c5e513b138ca',9),
(785,'7cb676d57114874e00c536916e6dcad2',18),
(786,'587a490557627756d252bf50aab1c7c0',18),
(787,'99a0b871c9047c4f5555fcf062e06231',27),
(788,'6fef307f9c8a3fb0ad69aea55b3d9c74',27),
(789,'560aa3e6e94314c78236109e209ac79e',36),
(790,'b3396bcb59674d33f54fa27c6d3855f6',36),
(791,'d4e33e2934280979f580a63f992daa7d',45),
(792,'38813d9a6e5332787f13dac070d26533',45),
(793,'8b7fb6aee1c63e17f44f935a6b64e059',54),
(794,'a8caa602fb66f78027e2035b4200e304',54),
(795,'23c5910b8b10cfa86e40099cf01e5c2b',63),
(796,'873bd5e10c28890f7e74992f89b9aa26',63),
(797,'64d94c866dffad6dab67498f5ed9cdf3',72),
(798,'baa8a6ecbabbd5ef02222983b23a4fbd',72),
(799,'40fb7164e459a38813f304e3b45db2b0',81),
(800,'8e71b24534e9f3fb3a71263359fed2b7',81),
(801,'4b227777d4dd1fc61c6f884f48641d02',0),
(802,'75992a5ac67ff644d3063976c2effd10',0),
(803,'5ef6fdf32513aa7cd11f72beccf132b9',0),
(804,'d74fe97872d8a425b5263add13d51a10',0),
(805,'fc56dbc6d4652b315b86b71c8d688c1c',0),
(806,'0af7d7158becc6d02dc41536107090e7',0),
(807,'d874e4e4a5df21173b0f83e313151f81',0),
(808,'8ecb5bcd8cd84cc3ffc6f5dc3076d81c',0),
(809,'6b3c238ebcf1f3c07cf0e556faa82c6b',0),
(810,'a8fd7dc0e1bf71874f7bae013d89b07d',0),
(811,'ba689abd93c9c6a7d08b5b5c04dd27f6',0),
(812,'3ec13115817a014a621e22b052993c86',0),
(813,'3b86df3ff95ad2fd72102e34f3a721f2',0),
(814,'361603c11612df16fcb9d48b4c224305',0),
(815,'e4e549408422875958476160732390de',0),
(816,'f898c0e2fa3b9767f4e8e8e98c4a29bb',0),
(817,'dccb3c52e7c79f7033e1ea06eadf92fd',0),
(818,'da28719dfd9c4da81f433d4788c3d0e1',0),
(819,'533eb9a8909f614c351b65e6b8aba1ff',0),
(820,'90bbc9533a02213ffdf4d1482eb9b97a',0),
(821,'8527a891e224136950ff32ca212b45bc',0),
(822,'df4865fca1f159162557359ef967f950',0),
(823,'9f1f9dce319c4700ef28ec8c53bd3cc8',1),
(824,'793a84a351bd364d2f0323b67b394077',1),
(825,'802b906a18591ead8a6dd809b262ace4',2),
(826,'585579aed1c5241bcec5569704f0863f',2),
(827,'748064be03a08df81e31bd6f9e7e7c4c',3),
(828,'3324dab86f4dcdf48ba8ed6d736dcf05',3),
(829,'8111eb1556229541d7d2720a51203037',4),
(830,'afbfb89027a4dae87c6033eaa07896e9',4),
(831,'b027feeb60b70f0d34ece10aead66011',5),
(832,'c8f5600f3eb7d801a067e02c477719d3',5),
(833,'fa7aec4efb728534ef32c172197c9560',6),
(834,'583b08e38c98f4350a8906d25344ac80',6),
(835,'c66bbe9d118f554bfdba35a609848b9a',7),
(836,'747ad1db126a954a4c23ad79aa71eef6',7),
(837,'76ba652cbd2ef1931d0546ac1c9d8f12',8),
(838,'2c674047a16dab9c7804377dc82649ca',8),
(839,'28ac593455c7f44e49e0e5fb2b130739',9),
(840,'fb4a379d44cab4220bc5596ffa1f8eb9',9),
(841,'c2356069e9d1e79ca924378153cfbbfb',0),
(842,'e39eef82f61b21e2e7f762fcc4307358',0),
(843,'6affdae3b3c1aa6aa7689e9b6a7b3225',2),
(844,'736e537f0f664a3d8208e88c114f2c5a',2),
(845,'84a5092e4a5b6fe968fd523fb2fc917d',4),
(846,'0d866ba9f9fd0f2cbb2134daf52356d2',4),
(847,'1038e0b72d98745fac0fb015fd9c5670',6),
(848,'dd49477b0b970dde26d58606384cfedd',6),
(849,'814fd2e8e45e9a6d3e1f6ff86867aaf2',8),
(850,'a478642504ac5d8393e32fc1de2d0163',8),
(851,'388c2eafe5afd475492698c0995a2daf',10),
(852,'bce35ce6291ba5b8fb5fea32ec1aaed5',10),
(853,'1b3c33580f2e2094cbde0bfd58f8008e',12),
(854,'3ea77fc339263dd319e3dab93c288d0a',12),
(855,'68c6c6e9ad314d1a5c4d647cfb6ed842',14),
(856,'41a5bf614853fabc117ea53b00f106bd',14),
(857,'7a9b1b9dd2e433fc1fc962c38ad571bf',16),
(858,'2ced184d8477465987593807f31360e9',16),
(859,'1a5659493256d9eb296edea686b14dfd',18),
(860,'3849ba084da2faea804918e8d999dee3',18),
(861,'86e50149658661312a9e0b35558d84f6',0),
(862,'6719009a76851c4bed2fcdea10b635c1',0),
(863,'5d389f5e2e34c6b0bad96581c22cee0b',3),
(864,'6cc6eefb674286f7d1a0e4adaa840670',3),
(865,'114bd151f8fb0c58642d2170da4ae7d7',6),
(866,'03ac674216f3e15c761ee1a5e255f067',6),
(867,'058d5d43bf485bf78dda1ed4eaf8b78e',9),
(868,'eb43272640b269219a01caf99c5a4122',9),
(869,'ea415bf50eb65ade427d8d80222df462',12),
(870,'95fc6cd8aeb992c4169c1f26d4514523',12),
(871,'5ef6514ed3304cf62b950982541114ac',15),
(872,'13be5b896be039957e7996f606c8513f',15),
(873,'709df012e236dc3f5c53b8ce75c5adf7',18),
(874,'ca05bc2bf73745fee2f3d493297d4f90',18),
(875,'c2a181d8178a9f753b013fc4bb892cee',21),
(876,'1cdabc0d91a051251a6e7b1bd972f6cb',21),
(877,'5c344ba7044815dd03c3448028a43e5b',24),
(878,'777abbc10ddf9551bf53465886aa3735',24),
(879,'a8443b1426652157edc23a7c54fb7ad2',27),
(880,'914c948388ae30bdb0179a2f7bc91836',27),
(881,'71ee45a3c0db9a9865f7313dd3372cf6',0),
(882,'a0a531122de465614efef1078901475b',0),
(883,'5ec1a0c99d428601ce42b407ae9c675e',4),
(884,'28fdc24c9abb066ea7343dc47c79a7cc',4),
(885,'82c01ce15b431d420eb6a1febfba7d7a',8),
(886,'aedec0d0ca66f380aed5fa5634c513c1',8),
(887,'02e6295d8f522840f09b5194b3f02379',12),
(888,'aa13fda43018c393de7088225497fee2',12),
(889,'3538a1ef2e113da64249eea7bd068b58',16),
(890,'2315bd64e75a346541681575e5b22705',16),
(891,'d359f8b537f1888bc71fe20b3d79eae6',20),
(892,'194af3b3d7b007443c26af23c035430b',20),
(893,'87e50b28705900bb064d1e9df1bd6cf5',24),
(894,'f7d9615965e2b49c6bde79dedfdecc39',24),
(895,'a15faf6f6c7e4c11d7956175f4a1c01e',28),
(896,'0c75ccaac2812081198391f595e46d12',28),
(897,'db9351a297a7362b3c913ac8de77bd9a',32),
(898,'8b7a686fc953486da2536de59c04f7bd',32),
(899,'6d094db49a6e224278dd87d28835b66a',36),
(900,'f513a0aa4f8f39744c6fddf2b5eb18cc',36),
(901,'2fca346db656187102ce806ac732e06a',0),
(902,'7d7179c146d0d6af4ebd304ab799a718',0),
(903,'1d0ebea552eb43d0b1e1561f6de8ae92',5),
(904,'06ec44ccee3b23b9e067e96afb796d3b',5),
(905,'9512d95d00d61bdec03d2b99d6ecc455',10),
(906,'665cb02ac3b3b46848dff3760744b8c8',10),
(907,'09a1b036b82baba3177d83c27c1f7d0b',15),
(908,'d5b148567313dccf2ecad36152900c51',15),
(909,'48f89b630677c2cbb70e2ba05bf7a363',20),
(910,'96b026df37a1f9966a1efa807a2e8dce',20),
(911,'833cd8c0e698745b16dac196a511327c',25),
(912,'6fb4775fed7293b1da12333ce782e879',25),
(913,'92a6a32f99def322d70ea1167a99c685',30),
(914,'ddb3686e0d40ad1e8779241b49ebb2dd',30),
(915,'4099ed5ba70aebc5a9dc26bc2093d4b4',35),
(916,'a6d4096b24cd4ad24ea6decb45c71ff5',35),
(917,'f0cbba2470c7c8706fe77e8d88e947ed',40),
(918,'f7ec2d2600c8998dd7ebb42ea2367dc3',40),
(919,'b471aeea26820f379ea5ca12029f2788',45),
(920,'98f3aaa79f6ba1759e046f873955785d',45),
(921,'a68b412c4282555f15546cf6e1fc4289',0),
(922,'0087cf99a4636ebd9a0f66eaf98fde8b',0),
(923,'3f9807cb9ae9fb6c30942af6139909d2',6),
(924,'9e468662812f45d0558e113a4b263fe7',6),
(925,'bba58959c32abe688d9cb5222b97de97',12),
(926,'ccc6742d528e7ca27cf37d49f4e9a267',12),
(927,'b3dfdc6efe322a6feccb0d081e88ffac',18),
(928,'50e9a8665b62c8d68bccc77c7c92431a',18),
(929,'88b54564b232405ab2165996517fece1',24),
(930,'4753e699ede615170936d7dd4c55a57c',24),
(931,'621cb5d0bdea9584dc9f7ede1479e7cc',30),
(932,'2163909115c0f6f1e638bd2c2279387c',30),
(933,'09eac95eb995b821f45353054da3c7ee',36),
(934,'5aca6f08b6780157a0da46aaaef9d86d',36),
(935,'aaee0ce51abf0849e68b257ab97d83a3',42),
(936,'9f273a349b224b830bf816e38baa3d1f',42),
(937,'8f97d9164b8fa131f0361abbe49fe706',48),
(938,'d9521266ec778d833335b0e9d88bd288',48),
(939,'835cc509d6d86a3a287de70581b43415',54),
(940,'ed823ec32c5d4e9ca9dd968bb0fe9366',54),
(941,'eb624dbe56eb6620ae62080c10a273ca',0),
(942,'fde3f2e7127f6810eb4160bf7bb05632',0),
(943,'41e521adf8ae7a0f419ee06e1d9fb794',7),
(944,'973d94870ea2543da0aed1ebb95f8224',7),
(945,'718127812c05853f0bec61582a4a3840',14),
(946,'f8726da5732fa9095e0129c6c25619a3',14),
(947,'01299ac65733b5a3d774265fbfe8396b',21),
(948,'117019447c8cafa16c8c15c79e694a1b',21),
(949,'98144d79af44407273f26589afc01901',28),
(950,'3a047b4a81effb2caf23b20df833b025',28),
(951,'8e28c5eb829e92abf7a5a921f42364cb',35),
(952,'ef4cf73add6b6f476ece3477b6235878',35),
(953,'8ef532f440c91b5dfa24570e53d6bded',42),
(954,'b366c0efba99d592b8ed6bd45529a964',42),
(955,'089ee14b926fabea6dd95890032d1a37',49),
(956,'d50d8ea32d67d5120a3ac346c952311f',49),
(957,'3d734d729009b74c011651eb24b06a74',56),
(958,'952795a1f797b5c993ffc5d074b143ea',56),
(959,'51cfe39433c33d8144a4d4663e3834ca',63),
(960,'ec54e99514663edb97adef400fbf34a7',63),
(961,'44c8031cb036a7350d8b9b8603af662a',0),
(962,'9fbb55aa1ca6da90db1c9914bc0960ad',0),
(963,'52f11620e397f867b7d9f19e48caeb64',8),
(964,'d40535ac09aac0ef32f8a23b8bb8e04b',8),
(965,'1e68ed4e3d58a51096a7feea3947f40d',16),
(966,'da9570a2a77104e59f0185cff795f508',16),
(967,'37b73510175057c633ebe4beb0a34917',24),
(968,'a73531f89e6bcbc2a72a8b08ac331221',24),
(969,'a42e815c58f3977fe531a80ffd465912',32),
(970,'47f6c8c4b34d11e58a4b8643ea777226',32),
(971,'085bcb597bbd610a7f0f955301d0fe37',40),
(972,'9ea3f4147c0d763c96e161f83b7aac40',40),
(973,'10ba045e9ee40807e57f6093280b9fa9',48),
(974,'2f351206009bd31541b52e772dab244c',48),
(975,'ff108b68b0e9bc1e5a744f80f9ef1b85',56),
(976,'a142832c40dfb4b20f965c8822574a41',56),
(977,'f44b7809595e5ebe3bb4d65e0cdd1ebb',64),
(978,'e38ab7d3075c2759fc079276fc667a49',64),
(979,'72805ff7c0f210f3aa6e66f3f2089744',72),
(980,'4dea5c7cb70f50322ec9d734aa4aa078',72),
(981,'e3d6c4d4599e00882384ca981ee287ed',0),
(982,'f1250af9005fb93c6bc8ea65860a4079',0),
(983,'7559ca4a957c8c82ba04781cd66a68d6',9),
(984,'6d6e1059500ddb11aefec9d93e6847aa',9),
(985,'2cfc8ccbd7c0b17615323b41e815651f',18),
(986,'9c499c3ddf63c6ea23a4831f4ab64c36',18),
(987,'04d19fde0a08b17aca69491e714bea43',27),
(988,'48d3007452360e9b7e6b8ed5c7eab72c',27),
(989,'d18b29d80a8bd366b77c952d97755105',36),
(990,'27cf14dfc2232b941066f7c3f8cad04c',36),
(991,'e2fa8f5b4364b8ef4dd1f26ab47105d9',45),
(992,'8698616a6419549cd9c035d5e250c81c',45),
(993,'a6c2a2325dfd588f202a240a06ccb2b0',54),
(994,'470ece82662f34902283de3bedcaf43b',54),
(995,'5283f1b4e66467616feca1e0162c7d37',63),
(996,'cca40327e9be88bde3e98b71aa9f73ce',63),
(997,'eaa1938017b2d55e02387d0837e1b56b',72),
(998,'12fb7b835d44de11f6cf0365cd49304d',72),
(999,'8c004c94eb689b3765ccb51f03e1aa33',81),
(1000,'1bc3201a9f24a2fe48f634f90d406aaf',81),
(1001,'ef2d127de37b942baad06145e54b0c61',0),
(1002,'7f861bcee185de001377d79e08af62e9',0),
(1003,'1253e9373e781b7500266caa55150e08',0),
(1004,'47c5fbf51c636da0b48309ad799e2e4d',0),
(1005,'f8809aff4d69bece79dabe35be0c708b',0),
(1006,'2cec8cf0e321c284fa0c2ebef804aac1',0),
(1007,'090d3859ff6840b2280f4708cf08cdae',0),
(1008,'c7f4f146491d27eed1cd4d422c9b3fec',0),
(1009,'a73b320dc0d3a57c03f897eb28ca91e6',0),
(1010,'ae600959378c54c51d1b867e77cef34e',0),
(1011,'e13b778ae833ca8c5d757c58e4a85bd7',0),
(1012,'755917ecbc61091ffa6b605d7f82bdaa',0),
(1013,'90b5bc7f03c840b2efddb22ffdfc37dd',0),
(1014,'5909daa6fb5cf239d52027367f111ecd',0),
(1015,'bd94717d91260895035088525e817ea1',0),
(1016,'38bc3d1c4787dd15fb6b16dccd548786',0),
(1017,'d1c78c9aa5dcb0991f46b25fbaaa359d',0),
(1018,'672eb365c903a3b4558bebaef687a5fe',0),
(1019,'43f64dc77762f69f9f52d5f70b531706',0),
(1020,'56a3a46a3ba4fb713fd3e4cfa51a5748',0),
(1021,'e629fa6598d732768f7c726b4b621285',0),
(1022,'9553627933b214db60798fe40d2b4f84',0),
(1023,'28dae7c8bde2f3ca608f86d0e16a214d',1),
(1024,'71af0fdd2e7f62c1c351432a69fdf8f6',1),
(1025,'d86580a57f7bf542e85202283cb84595',2),
(1026,'e7faa8b075ab5b412691a8b097ebfee4',2),
(1027,'377adeb4cd4096adc7ca64b533938cff',3),
(1028,'b3b32ef85491ba019823218698a8dc82',3),
(1029,'fc72c98a6c2916c1bbf9f39fce094f57',4),
(1030,'0c86f2dfd04b5d52de85408b658cd99e',4),
(1031,'d4b9aead1dd10a596542d1d8211a5021',5),
(1032,'f1ee529ef49111208f1c1646c53c8c31',5),
(1033,'3de8392541ace28284aca7f272427373',6),
(1034,'f68a11527b819bdf3658377dab1ea309',6),
(1035,'35c71bd7eaf4607047bb7c186d172519',7),
(1036,'10f15d8a9d76da2d65de8b9fa59150f6',7),
(1037,'96da2f8885ba92c9ca4d34bb763a3bc9',8),
(1038,'934aa7be7deafc0053e92ce49a029603',8),
(1039,'b9dafef03fc90f65d4f9efd71ce73bb7',9),
(1040,'811af1590c16fc90322a05ab17f36093',9),
(1041,'b7a56873cd771f2c446d369b649430b6',0),
(1042,'46372791018924b8cbc444334300f85a',0),
(1043,'0f8ef3377b30fc47f96b48247f463a72',2),
(1044,'ed053874ca199cc53e11c9f4aeaeccd0',2),
(1045,'0e6523810856a138a75dec70a9cf3778',4),
(1046,'6ecf763ff6e7cef7b47e6611e1bf76fe',4),
(1047,'9e11c362bc3d3572970b973d5cd86c07',6),
(1048,'59c4d02848bada0d98508d51ff67b1a0',6),
(1049,'0dfcddb0440e967f05bb68ca09a5e218',8),
(1050,'27bb63ed6f711388cd6e7b053728de76',8),
(1051,'c32ffef1ae0cabc0576614cb4d2064ce',10),
(1052,'ea85b0d61253e1033eab985b8ab10971',10),
(1053,'ad723f42c7aba316d944f19f340ce47d',12),
(1054,'2b8ae4541022864d57e65a7db4c70b75',12),
(1055,'5c3e9040008c91509e2d28e5308034b6',14),
(1056,'be322fb77d654ad524a7fc2d66e1dc74',14),
(1057,'10e4e7caf8b078429bb1c80b1a10118a',16),
(1058,'0be057bbbdf7ad63295016eb691feb8c',16),
(1059,'51054b8a03281fd02034378a5570ae0c',18),
(1060,'80f8ded29fa2e922c77b98ea8f229ef6',18),
(1061,'9f14025af0065b30e47e23ebb3b491d3',0),
(1062,'f46733e1619957ff5bb51ea0272a2d8d',0),
(1063,'13671077b66a29874a2578b524031909',3),
(1064,'d7008e68b135c3c77bdf98063491d09b',3),
(1065,'0a2d643bfd24a028cd236e76575d8284',6),
(1066,'310ced37200b1a0dae25edb263fe52c4',6),
(1067,'7acc684a848a9b954959fdd22493f48c',9),
(1068,'c399e9273f18bf50d4fc695c25a1909e',9),
(1069,'5f2703a5211db19a9020f7443f6a440f',12),
(1070,'f10d342ce63e0d2d9cd929adda0c0c1d',12),
(1071,'20ca98162ba780883712eb701c84e4c0',15),
(1072,'7ab74ac64fd9a732609f768e00ca3175',15),
(1073,'2618182c3894875e16eeafa6c24e1fe9',18),
(1074,'735e4a8aa7691b6d7e64836a10faa46e',18),
(1075,'1a42d5267aba37d7057cadd672fefef0',21),
(1076,'76d6a8153b2e6ea49abf44111408f3d2',21),
(1077,'a5af16fb4a4856cc3f8530b5214830a8',24),
(1078,'b18a5e6b50af3073f63ac2c4ee837a7c',24),
(1079,'b064bdba191139689139124101c1c399',27),
(1080,'2e355fa8b5acf07f4608835401e5a614',27),
(1081,'811786ad1ae74adfdd20dd0372abaaeb',0),
(1082,'40794500a2845c943a0f4910461d9c39',0),
(1083,'be47addbcb8f60566a3d7fd5a36f8195',4),
(1084,'a5bef651c8e3fd6cc63c43cd6bc1341a',4),
(1085,'011af72a910ac4acf367eef9e6b761e0',8),
(1086,'8c244b370747c1930a4e0967254778dd',8),
(1087,'da70dfa4d9f95ac979f921e8e6233582',12),
(1088,'8d30c678193105253b548f92bd2e972c',12),
(1089,'0e12831a7047f759733b21f028525039',16),
(1090,'146c09db1bc3d53de430b2539d042fc8',16),
(1091,'68e476b5d5aeca7b0e3b5ca867106c32',20),
(1092,'8b1fbeee2ea27bf5b180d2c10372ad57',20),
(1093,'3c2308b1bc64683e5aed4111841da5bc',24),
(1094,'7e5cb8429dce239403fec15b8930529f',24),
(1095,'42c6024940120036d7a0103375d5b8e5',28),
(1096,'b24dd49aca341e9341c8a091c32a22de',28),
(1097,'3d34f102d1708fc5edd3111144f78764',32),
(1098,'4e67c080014aa6295aa33d2b53b259e9',32),
(1099,'828bb918957379a792e06807bcd291da',36),
(1100,'060672b8531404f598515957df33d638',36),
(1101,'02d20bbd7e394ad5999a4cebabac9619',0),
(1102,'02abf8fa7d9c4db035df33acba2dcd49',0),
(1103,'210e3b160c355818509425b9d9e9fd3e',5),
(1104,'37b1267a4ff4e12dddfe443810c1f986',5),
(1105,'9556b82499cc0aaf86aee7f0d253e17c',10),
(1106,'3f9eb849d10083d521abdb950e6ac408',10),
(1107,'355d8c0ee4e5698eaed38b96aab64dbf',15),
(1108,'a5a3f1ccc4741c42447995965e354b5e',15),
(1109,'f626051bc94422f26f4b774a2bca105e',20),
(1110,'257ad493dc36225fcc2b8db98198dd24',20),
(1111,'91a73fd806ab2c005c13b4dc19130a88',25),
(1112,'2ae7ffb0ec4d1bccf01b12233aaced69',25),
(1113,'9f6cb78c09b22a1a10564f6be4a17843',30),
(1114,'b368537ed2fe65023ec2b77740725a87',30),
(1115,'86ab8cbe5869bd1f9c70924e9c04fef3',35),
(1116,'9ed1279b64427e295210c4bb66046463',35),
(1117,'3097fc802d49355a0a256d4b07ab9f72',40),
(1118,'3b7dc65fd47fd991000d80844da28c86',40),
(1119,'4652614c4d8778e57a970722f142d832',45),
(1120,'b53a7292b38e011dbe6efc79c22d028d',45),
(1121,'108c995b953c8a35561103e2014cf828',0),
(1122,'4f95c3cf2c7c5bb500102f36abe7f477',0),
(1123,'bc52dd634277c4a34a2d6210994a9a5e',6),
(1124,'28dbec0e0501d3cc564103ed9c269ef9',6),
(1125,'768b84ef05f655d57fe22d488451f075',12),
(1126,'23b0cc711cca646227414df7e7acb15e',12),
(1127,'4e47eb5525df25f94da777993dafa41d',18),
(1128,'67d1514f9bb64c1adcec4ff70c012a40',18),
(1129,'ad3b83575249b68aab9602de378314fc',24),
(1130,'4a12e183a11f0e64779e934fd6d928a9',24),
(1131,'236b565af6b512826fd89dbbde2e88b9',30),
(1132,'956b130106fbc0890b7a304b19113843',30),
(1133,'9ae8f17cfc8ba7fd8fb34b2a194ef965',36),
(1134,'09f7cb7bb38f019f431f8d8c20fd2ccd',36),
(1135,'a67063986e67b7ddd107229ba9d480ee',42),
(1136,'ac6a322dba52cae84c865b29066b7d10',42),
(1137,'8b6cd7c429e83373dbd412f43d7422c0',48),
(1138,'d2675c478d2ce4c97607e30cb39181e6',48),
(1139,'2f1d593cd98cb5bf81eb9d8802211223',54),
(1140,'d7c7673ba8ca7b0f04b1af4df026cbea',54),
(1141,'f369cb89fc627e668987007d121ed1ea',0),
(1142,'337b02741a9561b611d394e835278d37',0),
(1143,'dac53c17c250fd4d4d81eaf6d8843567',7),
(1144,'56626ff45dd863da4148044fe8f8dd45',7),
(1145,'3a1dfb05d7257530e6349233688c3e12',14),
(1146,'a1bb364ad3761439e83376289d6656aa',14),
(1147,'de5872c6bb4494cebd250152ce148cd6',21),
(1148,'d818f221cbcb7016316f8a918c9a9967',21),
(1149,'b1585fdb272b31401eaac5dd46a936c1',28),
(1150,'d3fb4415d5c03cf6544957b7a7a66041',28),
(1151,'fb84a9739699e1a2c6c56b5baa0a1604',35),
(1152,'679b0ecadd205e5143506d637aaec684',35),
(1153,'a440868cf4311953cb45c7ded9360009',42),
(1154,'38f13ba4550b60ae975cb2a6efd68b79',42),
(1155,'54006483f014c53f76d879c033e5589a',49),
(1156,'8fe1029e7f1d04f6911b35ca2c666d17',49),
(1157,'c63efd61a70d0f6b7e5de2b9e0c36adf',56),
(1158,'af9d0081b52194599da95da40beac2d1',56),
(1159,'0aa598c735f77296910c9b61658e9411',63),
(1160,'20ee235b5de5b36244da6f9aa1cbdd03',63),
(1161,'b4944c6ff08dc6f43da2e9c824669b7d',0),
(1162,'0c0ad5934ba82dd287896d6406d1428b',0),
(1163,'61a229bae1e90331edd986b6bbbe617f',8),
(1164,'efec9aaf21433bf806e7681de337cac7',8),
(1165,'a0d177b4967a6d99f4ff117defe1c0d2',16),
(1166,'6fa0b9010de4170dbe2153884069668d',16),
(1167,'131b0c35e2d7edef9dd63f48eff39341',24),
(1168,'f6920d2ecbf720691362f699e0aa14ee',24),
(1169,'5844a72aee9269a68da28cae55c706d8',32),
(1170,'c010bb0f7f8f335ccb2bc4e598eee48b',32),
(1171,'c403741c4121989ac12c0829be88b8be',40),
(1172,'9c8dd327d0f259b6facd68100f664c43',40),
(1173,'bb9b8ef813475d1e0ad84e2505af6656',48),
(1174,'c2f61742e5f0ef0a74c5fcbeff7ff659',48),
(1175,'9e04a49e5786695116f9af28552da308',56),
(1176,'14a79e51478113c60d5d3e5685ff10e5',56),
(1177,'3bd625f07792e885b5a4b5f0b9005a5b',64),
(1178,'0359bdb72fa3b3ee4adfdfcae848c4b5',64),
(1179,'70d432707ec2478670d5b36a95d5b100',72),
(1180,'78e370b587b145920213731b7c7c725e',72),
(1181,'ad48ff99415b2f007dc35b7eb553fd1e',0),
(1182,'e0d8014e6e3c51d780465166f0ed7faf',0),
(1183,'1dfacb2ea5a03e0a915999e03b5a5619',9),
(1184,'32396038fca01cb69d2c44b0964624d1',9),
(1185,'9cfd3c755be26b4e1645918e2a64a26e',18),
(1186,'18959bb5d775ec360e139fc7f60d53fd',18),
(1187,'a3af7b3808c4cf72478d05c9bab9c0d4',27),
(1188,'3e6fadf870460e8de27944dbf668c111',27),
(1189,'ac1270c5058af65025e5b2a3e3014cea',36),
(1190,'ad5ef4b29e148afd784de5373b210eb0',36),
(1191,'a3aaf5a0e9ad2901ab35ce73910be7fb',45),
(1192,'c6bb15225eca43aca18f2ceb395c3401',45),
(1193,'11f8e31ccbdbb7d91589ecf40713d3a8',54),
(1194,'35ea9e03d5f2f4658cb5cc8276de9374',54),
(1195,'c032851ed192d8ac0a3ad04b0ef3060b',63),
(1196,'cf1881df6f1696c2e59b47fde80838e6',63),
(1197,'c49b60838c5c6ddf34806b6b3f56b515',72),
(1198,'5932cb6e58ef979208d6b91fcfe0d47c',72),
(1199,'abbb9233cee3e720b2a86acf4ad04e51',81),
(1200,'e78f27ab3ef177a9926e6b90e572b985',81),
(1201,'e7f6c011776e8db7cd330b54174fd76f',0),
(1202,'478c4ffb1cbcea37956a748e6c19d8ea',0),
(1203,'482d9673cfee5de391f97fde4d1c84f9',0),
(1204,'fb7bab9edf08f024aabf3501518399e8',0),
(1205,'5cf4e26bd3d87da5e03f80a43a64f122',0),
(1206,'9a20ae78840d1a444686d7ef12f62082',0),
(1207,'38b83caefa1ef26940f1d07bd4ec94c6',0),
(1208,'2c17079b4da72e80c1875f7d2feefe79',0),
(1209,'f64f410744d9470ffe2d6b9ee6f042cd',0),
(1210,'1326c6c44cc5e89cc510c9d2a17dd02c',0),
(1211,'a2075145d3cc47b2b56aeec5e9c78fe7',0),
(1212,'e97776493f213d50b346f81e3f93a78a',0),
(1213,'f57b8252cea0e3cad78056cbf96b9fc0',0),
(1214,'25d114d44f1ee498521f51cd12e524e8',0),
(1215,'35254aa9a21444e50349cebb5465b9b4',0),
(1216,'c08ee2a296e9cc80f185cf84596b17f6',0),
(1217,'f0ccd8e78b618cb55731054911af540b',0),
(1218,'a78000a5ff6306012360b87357e93eb0',0),
(1219,'2f84035610deb9378036cb7a5498b885',0),
(1220,'a486e5558353d0a590552ea5e0b0ccf4',0),
(1221,'b17ef6d19c7a5b1ee83b907c595526dc',0),
(1222,'ef32cc5c2b7c62093d3ec4844b36a02b',0),
(1223,'e5b861a6d8a966dfca7e7341cd3eb6be',1),
(1224,'10e35e8e93e91e58b54af372922fe860',1),
(1225,'0f4121d0ef1df4c86854c7ebb47ae1c9',2),
(1226,'2b36364b92fdfed9c63879bf2b415b1b',2),
(1227,'7a20311cf7a4b222d436424480bc65dd',3),
(1228,'b572ebd3a02e4754fca2ce9a36598a20',3),
(1229,'67e0bdb7b6c549d4fa834d0f6848ce6a',4),
(1230,'c775788b4db45b59989df2c70fdbf789',4),
(1231,'4771bef2c04a34b548b77ea7581cf821',5),
(1232,'17c7f8a2457a4b725d6d5f6b2e2ac67b',5),
(1233,'683d098205b11550f2d71016c82c4377',6),
(1234,'ee09198e46224875cf39928511ef2b85',6),
(1235,'2e00b312b0a9681bef09f9085a4e918b',7),
(1236,'825f11613c4f2f302f0680b1939e665d',7),
(1237,'96bb293aaa330ef307ee004448b92b75',8),
(1238,'36c321ad538f860b4e2875eb52eb13c9',8),
(1239,'953815689985e39a762284426cd58840',9),
(1240,'c30c6b3aa67e27e0fc807ab96edfc920',9),
(1241,'5f9c4ab08cac7457e9111a30e4664920',0),
(1242,'582c0168ba17eac49642bc85ae623204',0),
(1243,'65a699905c02619370bcf9207f5a477c',2),
(1244,'5817ae4948371f9b6b7d94615c0704e6',2),
(1245,'8f1f64db81c40ea10e1e9080c9ae60a7',4),
(1246,'e66f404f78b6875bb24ff40d80d21b78',4),
(1247,'a4e987d17584557e2fbed011cddf66dc',6),
(1248,'32718321fcedd1bcfbef86cac61aa509',6),
(1249,'9be3da431e0a833d2b07781de97ebbd0',8),
(1250,'2c29bd822988ccf7b83e0baf85cefe12',8),
(1251,'f7c2599681e9284ce1c403459e22b730',10),
(1252,'70c023a77b3abc66277f31588f4f38c7',10),
(1253,'87acb1e183a2b0f74c3b2008b8ef6975',12),
(1254,'22fc91dc876c50db64efd0ebc1758525',12),
(1255,'9dcbe7e30f0bd60827341113108a55f8',14),
(1256,'2f11192801e83bf30f01139f338c5cf5',14),
(1257,'f6543e952ecb93fba1fa65c547c5073a',16),
(1258,'c211bfaf37edd35f533f3433432157d1',16),
(1259,'85e36899399df701301f6741ffab5796',18),
(1260,'255ac64f2a9b374157860601793d6149',18),
(1261,'76a50887d8f1c2e9301755428990ad81',0),
(1262,'56cc29cee9e859a5314952b8184da882',0),
(1263,'36ebe205bcdfc499a25e6923f4450fa8',3),
(1264,'35ca46713cea7233ec955b340b044a98',3),
(1265,'9a049b03f6fc40bfcf2f136320359257',6),
(1266,'7b0838c2af7e6b1f3fe5a49c32dd459d',6),
(1267,'eaa0689a095d4394a05fb51b84b0175a',9),
(1268,'3c4ee858b268931acbb681e4d072ba08',9),
(1269,'155d1cf609cedded2fbc27a4646de87c',12),
(1270,'40dd2b010d461c24e48783a18bd6d051',12),
(1271,'d11501b090fb2749f2c49284394dd36f',15),
(1272,'b51e45a12fbae3d0ee2bf77f1a4f80cb',15),
(1273,'02c000a36dcd047f5738f5abfda07dc3',18),
(1274,'245db7164aace830256c713e17486f17',18),
(1275,'2b9449f314bf93145f8122906d8dc56c',21),
(1276,'96a1a93e19030f5f93783143ab66d333',21),
(1277,'33eb7e4ae43f9873d9c84c0f07b05594',24),
(1278,'65956c853f2004feac38894fe8ed6a04',24),
(1279,'f53f2fb9b99180ea02b1f345b6c862e6',27),
(1280,'3f46bdea034f311a14efe877f5592d84',27),
(1281,'25fc0e7096fc653718202dc30b0c580b',0),
(1282,'6db44caad5c968a5ec334024daa615d2',0),
(1283,'0a5b046d07f6f971b7776de682f57c5b',4),
(1284,'0b36980af5c0346a818b88693526bc0d',4),
(1285,'37c20f19f3272b5ccc3a5d80587eb9de',8),
(1286,'cf3ff1a00fa1836509df654dd27e81bd',8),
(1287,'6aac0cf87a32e631536122c3f2f9a2df',12),
(1288,'5631e5efadc1db19f6b2453cc6a2d6b7',12),
(1289,'75c3e223190bf1a1fa2af808d1dfcdff',16),
(1290,'ad608cd856711cb405d7dc74818f9b8c',16),
(1291,'6fc8f95bc6465849249d974d53eecc56',20),
(1292,'495afe547befeedeef191264812945e2',20),
(1293,'ed0b853bd9c28435b6aa98fb0780ca80',24),
(1294,'c4c9f099e7a471df3389eeb1a1487cf9',24),
(1295,'5dad6478e152b8aa33dc6a2c27992d26',28),
(1296,'c699c2458106e30074937995e5f3b117',28),
(1297,'6cb6d4b2fa122bf8bd63280061e4a230',32),
(1298,'75cc7328c04ad5dec3d926c00f6282d5',32),
(1299,'fb335e8fd0f8aed3eb6ffedd7fca0825',36),
(1300,'8ba5ef4e282bf7bc5cf13f731a1b9f52',36),
(1301,'7688b6ef52555962d008fff894223582',0),
(1302,'e8c5e943ad4fd9d115c2baacd110acdd',0),
(1303,'0fecf9247f3ddc84db8a804fa3065c01',5),
(1304,'3aa82834b765ea0421465a785c356dea',5),
(1305,'51e8ea280b44e16934d4d611901f3d3a',10),
(1306,'e7d5f7be5195d60646a43ebfa0c38f04',10),
(1307,'03a3d955b8799a90f1ff5a39479fde8e',15),
(1308,'85e63bcfdcfcf1a63ccef788e4666521',15),
(1309,'b3a8e0e1f9ab1bfe3a36f231f676f78b',20),
(1310,'fddc599a3afe6c68b8098f7ef3db0233',20),
(1311,'9d6aa3d89c0171b9c2ccd57e6d41ccec',25),
(1312,'46b724b2f85d4f7bd485423a04bcf2cf',25),
(1313,'d62a7b3da232bd0ac1f7520a3b5bb57b',30),
(1314,'681d12400213531e5fdef04c597ac192',30),
(1315,'a7f0b84de7a450eaf6ffab449cb0f141',35),
(1316,'6b05617279df95e013e10ea339c994ce',35),
(1317,'c0cc3b36d8f848d56fbf95b8259dd6f3',40),
(1318,'c17ec73c802422d05391fbab496c2c62',40),
(1319,'fbb2a73b0bacf3953186a92029e3e9b1',45),
(1320,'04aa39fcb509e7842f0bd5b135b6181b',45),
(1321,'3ada92f28b4ceda38562ebf047c6ff05',0),
(1322,'eab8ff114cc63fd8ab3d9f42249e20b8',0),
(1323,'e0f05da93a0f5a86a3be5fc0e3016065',6),
(1324,'7d86b48acdec123e6c4bdb0031bfa9be',6),
(1325,'ea5b27556fbb134def2c2fbf944d9cdd',12),
(1326,'f7d7736a8f77a494064203eda8d618bb',12),
(1327,'600b4cdf20cc06a7b5a5cca5f7464296',18),
(1328,'a6f988d30328bd706c66f8ac0d92aac2',18),
(1329,'826e27285307a923759de350de081d62',24),
(1330,'e30919d4d5f54bac51d46d0af2c1a6ea',24),
(1331,'c57727d64e318e2ea42af2b4c3360999',30),
(1332,'a9ffbdf317b2dabf198f59653da55114',30),
(1333,'c7e616822f366fb1b5e0756af498cc11',36),
(1334,'64ef8cbfd4e16b46fba5c355a47cb596',36),
(1335,'04222ea3e14cb1209b9726defe3efce5',42),
(1336,'e50b6b02d6d90ddc9e3801a28ee7aaee',42),
(1337,'80c39b8ca01cdfda142928ba683d5031',48),
(1338,'bd54ada8575526cdb3df5a6357270fdf',48),
(1339,'339d9d13edbaa267cb977f39e0a9da19',54),
(1340,'c00cf031587d12c309358e85de8876b2',54),
(1341,'f74efabef12ea619e30b79bddef89cff',0),
(1342,'61dbec1d67afe651537e012d2327f6b4',0),
(1343,'cba28b89eb859497f544956d64cf2ecf',7),
(1344,'74e9f3d8efbda803994e08efba324407',7),
(1345,'c76b405781134be1dab7fe45adfb8c32',14),
(1346,'c8bcad7f2864e0f66e4f8441c5547e89',14),
(1347,'12e2c8df501501b2bb531e941a737ffa',21),
(1348,'f3fc4fc7ae34fab1ec7cde93ff10f296',21),
(1349,'e73cb135243c08ab2c2adc333b150b92',28),
(1350,'826958d9ae5a8605475285cc32d4ddda',28),
(1351,'f3457dabe1b412ed6374d56fe8fe3b96',35),
(1352,'da3270018b712b8a4b1841f92c26ff06',35),
(1353,'63db0204e2f34aaadace364d046ef5d7',42),
(1354,'df6822cd01387e05c8ea01eae408daca',42),
(1355,'3daebbc6dfd81355f1cc9d9565ab4a4a',49),
(1356,'475368189e17ec9d12cf43f873f4ba27',49),
(1357,'a73ab888363736220eb5894587210882',56),
(1358,'1421ff611c93756cbc675b827ea48e8f',56),
(1359,'3cb65cad26f0a517866e06dcba59afa4',63),
(1360,'4c3aada37cf7fd3819b2da502a15f78f',63),
(1361,'434c9b5ae514646bbd91b50032ca579e',0),
(1362,'084ae23e6996e701addeeb7dcf33696f',0),
(1363,'2811745d7b8d8874f6e653d176cefdd1',8),
(1364,'274897360371d52c0d6f5e7dcc285f91',8),
(1365,'00328ce57bbc14b33bd6695bc8eb32cd',16),
(1366,'2adf89afa76f370d54092cb53f74d155',16),
(1367,'15a26c6fa5151c712acc7ee45a1fd525',24),
(1368,'b8044b04302d760305b0085208929977',24),
(1369,'86b700fab5db37977a73700b53a0654b',32),
(1370,'248aa2bdd0032920ac9e5f6ad36c3505',32),
(1371,'219de1387a6743e583e805aad3bf0ffc',40),
(1372,'c0bfde62b169890693f8a776ba2577b9',40),
(1373,'162753c27c8b32975a0edf5e89ab4ed8',48),
(1374,'78332745628ea113b091333b92951f03',48),
(1375,'87c7965a1cc6c11a653b210aaef95e38',56),
(1376,'c1fcf0cd023db10f29d0b27e7f7b6491',56),
(1377,'000f21ac06aceb9cdd0575e82d0d85fc',64),
(1378,'13b4088f2f9a285e22128d11a6a1a312',64),
(1379,'2c3f699f4b5f7734ed802c0b52f27f67',72),
(1380,'8f8472a2f6ec348bfc7577a035c7f34a',72),
(1381,'7b1a278f5abe8e9da907fc9c29dfd432',0),
(1382,'8352dd9eb8b64669e0a8347fd37ae6e5',0),
(1383,'b4bbe448fde336bb6a7d7d765f36d332',9),
(1384,'369b906a75d372193bbe4afb088078fa',9),
(1385,'a0f8b2c4cb1ac82abdb37f0fe5203b97',18),
(1386,'f7961248034a58c430eda8e243830a08',18),
(1387,'3c1b7053f0edd447b778edbc0ad8359b',27),
(1388,'7b4f6f46093c9812bff7745ec3bc0f70',27),
(1389,'35bbce4007c5cd57a4c6dcabbdf5b347',36),
(1390,'d732f39159e67eb62327ae853dfec69d',36),
(1391,'be6b5b7140b02bff9ad8fa5aaaeca597',45),
(1392,'a19fbf8bf0530ca46179b803a8234f56',45),
(1393,'677fe64a8ea7e98a420d129f1cf3d4d2',54),
(1394,'e64474fd91f16a0891fb1de23dff06e8',54),
(1395,'724213d95916de041564e5d39c237358',63),
(1396,'7c22d3cf6ebfa987c5fcd920a272f007',63),
(1397,'62f6d46c48c7d9ff3d09a408d0ec880f',72),
(1398,'9ce04d52aafc9d73c0cedd9a3b5841fa',72),
(1399,'3292bef42975c0ab63a2e9ab72143d6e',81),
(1400,'3d1e557b540ac045b3b327994a351f08',81),
(1401,'7902699be42c8a8e46fbbb4501726517',0),
(1402,'2c8b871e52d4e5f5db5ff84a82a45327',0),
(1403,'3346f2bbf6c34bd2dbe28bd1bb657d0e',0),
(1404,'86cb35a822329fe1de40eb82a1791be1',0),
(1405,'968076be2e38cf897d4d6cea3faca9c0',0),
(1406,'eaf2067e34d6876930d2b304db688ab6',0),
(1407,'6d976934be74941fba578b143ba964ed',0),
(1408,'8c144858bb5ea1a931069f55943c55a4',0),
(1409,'a5abb1500bdeaef41e2edd598c015edf',0),
(1410,'a3346b8b4c26feb607f8a40699c934ef',0),
(1411,'a435270b90e9b7091c77f478df0b8f78',0),
(1412,'c77639710bd89eea8855346472b0eb91',0),
(1413,'67eab6db6703cdf9acf656bbb09640fc',0),
(1414,'35fae39286f862cb505a3f0cac0b0d50',0),
(1415,'5b60f221d4a1852afd0194ad0857fae9',0),
(1416,'78f9110cf588bd30afae93e571cd3020',0),
(1417,'fce86e339dc3131c489202ec3b6c8d43',0),
(1418,'9589262630f775d921bef5b9b2d36fa4',0),
(1419,'c8c9cad7b920b50f713830b8dc55f59f',0),
(1420,'4332cd76590d0efdbd8d067acf531546',0),
(1421,'4523540f1504cd17100c4835e85b7eef',0),
(1422,'b0ab628c9e14621846c58b4eb35060ef',0),
(1423,'2ac878b0e2180616993b4b6aa71e6116',1),
(1424,'e1d9ce80c3abd825263ac199b82e1e29',1),
(1425,'16badfc6202cb3f8889e0f2779b19218',2),
(1426,'cb69775effd93fc34ef38dfbfcdc4c59',2),
(1427,'8d1ede4f889e0ed6f0823d8c1821905b',3),
(1428,'845aab778f5f137db62ee9d8f87c2479',3),
(1429,'afcf8bc077e68eb94dfe783205f32cab',4),
(1430,'2e2f4263cfaaee7aaa1d42ef48a906b5',4),
(1431,'5088c1bc42f5cc6a32cdb92d7524ea06',5),
(1432,'4091f2c5c45d0cb95c6b43919f9f07f6',5),
(1433,'85ea151b8c5b5ab0d3349100e441bd4b',6),
(1434,'67aa578ed1fd0fa4198a7f1cc37b1ab2',6),
(1435,'d536a8c1664fec0bc85615cf3cb26458',7),
(1436,'33dc0ba86008f4434bd43d050df90222',7),
(1437,'7b2c21ead1522776414b5a256722903b',8),
(1438,'728edd27debc2046984906dbbb117313',8),
(1439,'c4ed8e89485d94f74489c8120a6734bb',9),
(1440,'464d14ace7f6789141d13ed416c881c1',9),
(1441,'670671cd97404156226e507973f2ab83',0),
(1442,'60f256c7ccbc748036024fa0440e45fe',0),
(1443,'922c7954216ccfe7a61def609305ce1d',2),
(1444,'7377a71607a8dabc029ab10e7a6a895b',2),
(1445,'dfe62e836a0a6f2633422230c8128770',4),
(1446,'eeafcf2e9d8037ab51da8788043fdd08',4),
(1447,'02cca3803b564ede11ccf9f303c9910b',6),
(1448,'b01672c37b296eaf3f1854d10e9c2b8a',6),
(1449,'42f25adecf47629878e89e31b2073d1a',8),
(1450,'58fba35ac3591d27507b733ea4a6dc1c',8),
(1451,'e1bb74a7794720edf4935a8813538e81',10),
(1452,'46ff18131a6daf2839e263b69aeeee33',10),
(1453,'9a35532c7499c19daeacafc961657409',12),
(1454,'8ec5f9f24992404000f7060d95c087f7',12),
(1455,'30e4c02268d49ca010e3c62fcc2615da',14),
(1456,'434f4d14c1eb231306b51aaa160c021b',14),
(1457,'ab16ce326c754df41ed00df6f64f7073',16),
(1458,'52a6932d5af5316a815af86286167054',16),
(1459,'df156e8465ff477c90a1393a0ab5947e',18),
(1460,'3d5d2c29712a98874d8142d229c4bce0',18),
(1461,'7a61b53701befdae0eeeffaecc73f14e',0),
(1462,'920c37d6464a8f20e8930c1980560dfd',0),
(1463,'d80eae6e96d148b3b2abbbc6760077b6',3),
(1464,'96be21608a6aa9d2424e4af66984baf4',3),
(1465,'f0bc318fb8965cad8d73d578cd03c63b',6),
(1466,'a7ef9d0560e2144949045a322a88b847',6),
(1467,'8ede6b26343305e05c3c0029f4e830d4',9),
(1468,'5db1fee4b5703808c48078a76768b155',9),
(1469,'0ef962215cc055786d516355238a80da',12),
(1470,'1e656185f98ed3a3eee69c05ebbb7ed4',12),
(1471,'da6813d10025369ac0411363a16ab750',15),
(1472,'6a27eece1c1658b237aede5c6c2b8af5',15),
(1473,'bda584056eb9957d6c681e00079eff36',18),
(1474,'274e64235a5fb9590afabdced2d45045',18),
(1475,'bc8db39f614342b78a67494dbece216d',21),
(1476,'6d271914b437b2dacc234633e11fa7fb',21),
(1477,'501a4e61aa4f7737df0305124a39119b',24),
(1478,'3e8a9277880d70c221555c905f34a64c',24),
(1479,'ffd560d182369b08a8b3ed35cfa5ee3c',27),
(1480,'c6f5c46f9e3daea6422f8a004682a5de',27),
(1481,'31489056e0916d59fe3add79e63f095a',0),
(1482,'025ca19d7b07d7f554fd7cd060b628e6',0),
(1483,'1d28c120568c10e19b9d8abe8b66d098',4),
(1484,'7987e36c43f067b54276ccb5f72d4d49',4),
(1485,'396f804443825586c1283a27fdcadf74',8),
(1486,'92f3c34650437f1ddf6b2f2e3f4d240e',8),
(1487,'2289b221b39605c3494e7290856218e9',12),
(1488,'f74fee330886f88ceea28e9bdb43c9db',12),
(1489,'c498f3fe97c0df55ee8dea01a7257205',16),
(1490,'2ace3763af339e1b735f0b3cccd9c31a',16),
(1491,'fadb19bfbddde11ed6828a22e742cc97',20),
(1492,'05fb3c9a7f20d8c60ade227ba6ed4151',20),
(1493,'86bc00bf176c8b99e9cbdd89afdd2492',24),
(1494,'920232613e4a67a07d6c99b7974dbcd6',24),
(1495,'6f90a5a0d3234433d03c7a06fc4bd5c3',28),
(1496,'262fbc155dc2e68571f7fa9487fd5732',28),
(1497,'19e68d9fe08f7c4ac18948bf437400f9',32),
(1498,'59fefacb1435ff4908656175f679fedc',32),
(1499,'4d0198f4905a08812518045d62dd366a',36),
(1500,'8eec27653c19ed078b2f3bae16ff901d',36),
(1501,'c837649cce43f2729138e72cc3152070',0),
(1502,'b910260d6ccd1fedb9919e9974c4b1ea',0),
(1503,'c75de23d89df36ba921287616ee8edb4',5),
(1504,'76bf061a545d61832da4a5cdb72f1fab',5),
(1505,'4c970004b0678d439f177e77d3cabdb7',10),
(1506,'92abb80a9a9b828aeeef27efa528a247',10),
(1507,'2ab0ce7632a611e907a40710ff46da13',15),
(1508,'f3e055913a0b1eb0f07317896f9a1bc4',15),
(1509,'353767b239099863e13ca954e20a66c9',20),
(1510,'63fd44eec460feb25809df9182b23432',20),
(1511,'5fbc314fb0b511345465b5b907ec6961',25),
(1512,'9e2d999a438d4dc3a1ccdafa1a02c99c',25),
(1513,'24be8ee76308afb924abfaf26212411f',30),
(1514,'14c54242e8185b507bc9ae74bc044aac',30),
(1515,'b6bc077d6675a7c8cc9e2fa5a08c86ba',35),
(1516,'507c38cb8a975a83bafbd888501918e3',35),
(1517,'22cdd352056c42ac1a6d01d6bd4f8e8e',40),
(1518,'255afccc8af662895c98741bca9fb921',40),
(1519,'46d4c7c3285e2d04cbf9d55aa79142a2',45),
(1520,'d212b2ac736e3f60408ffe9fbc1d26ae',45),
(1521,'49d180ecf56132819571bf39d9b7b342',0),
(1522,'f48280c0107726b99afcbd3cd0a46a2b',0),
(1523,'73d3f1ba062585bce51f77d70a26be88',6),
(1524,'972fb81a3b9e6076bb06207a2687f1f1',6),
(1525,'8acc23987b8960d83c44541f9f0eb464',12),
(1526,'ec216fb204db213fecf8a4a72363a84f',12),
(1527,'0788979fc9366e21cd56311511b897a2',18),
(1528,'68d49968602df15aad408dc2b2023199',18),
(1529,'e078af3026edb42cc26b32784baa142a',24),
(1530,'0038263cc90dfa55d621a6425e460201',24),
(1531,'97a6d21df7c51e8289ac1a8c026aaac1',30),
(1532,'0651ee70db05737d7195776455175f3f',30),
(1533,'8b5551ea922dd24625c45051c64adb50',36),
(1534,'d253d7b7ace4e06589dd90003f047380',36),
(1535,'12132cd6767ee325d35883d25c0b7f5e',42),
(1536,'eb25198438a00b734ec6328be8da0b1b',42),
(1537,'7c4e3e519f7e8481ec5cdb09dd1e35a1',48),
(1538,'2f1223e9508a4ab284d9aca6d6fc249f',48),
(1539,'40a7ae9a07a94bf510c89d41b034787f',54),
(1540,'50828327cbf487d99d22c77ef8f980e5',54),
(1541,'a88a7902cb4ef697ba0b6759c50e8c10',0),
(1542,'bcce03f625c22998dcb812feb157db59',0),
(1543,'8cd2510271575d8430c05368315a87b9',7),
(1544,'66c2e6dd7fe34b78c205baeea6f82167',7),
(1545,'27d719c754aacd492a6dc8a1b7661935',14),
(1546,'7cbc1f697e71f94e5e4871b5d4e89420',14),
(1547,'2c4cf657337835125bc4258d0e2e546a',21),
(1548,'2a1d1388f992dbcacd05d30692d4b902',21),
(1549,'6e82b8197ce29396936a07b1eb951c88',28),
(1550,'e5ce886c0b0869006dc9a2da28fcd4f1',28),
(1551,'1086d35563c495c1cecbce12135cab3b',35),
(1552,'1d16bb3354a11b509e641db094ca078b',35),
(1553,'2782526eaa0c5c254b36d0c90e1f8c06',42),
(1554,'88b82308d570d71f02c5aa6a14ffe29a',42),
(1555,'eaf89db7108470dc3f6b23ea90618264',49),
(1556,'3d80025e7a475d44dde1e42dff074c1b',49),
(1557,'30e26cef13a6dbbf0e3035f8c16f5567',56),
(1558,'d8d1713dc581651249161742dc814f83',56),
(1559,'3837e1aa083f578c9179bdd9e3b2b0eb',63),
(1560,'576c85c584f60555c2a024cbb99dfbbd',63),
(1561,'bdd2d3af3a5a1213497d4f1f7bfcda89',0),
(1562,'c6d537e112156be1afbb8a5a85221ff4',0),
(1563,'38b2d03f3256502b1e9db02b2d12aa27',8),
(1564,'ca153fc499ffc25f1118ad5e58ff2425',8),
(1565,'d7cdaa5ca0582076c8e772cce739e32c',16),
(1566,'065f4fa6723db9087ba06d6662982191',16),
(1567,'25dac95b8f595046bc435139636b0e2f',24),
(1568,'5d6e5dacd1f15ec9e3860fbbaf3666e0',24),
(1569,'9b19f9ab816598a0809e4afd5d60800f',32),
(1570,'ee14860f6bd0506d9d15383aef4c1c56',32),
(1571,'82a93b152b275d4c8de67c3d05c9b00e',40),
(1572,'0252fa3e9d9c8c2c1cbd742a0ac409dc',40),
(1573,'c2077253a9b10166e7c8ffda8f237745',48),
(1574,'42d9972e972e40956658f1b4f3bd6765',48),
(1575,'fc091d39524c9d4b5b11f84f9132996a',56),
(1576,'d6245609f9341aa8022554b45ea8d79e',56),
(1577,'be4b2f45069c180ef309521f67701469',64),
(1578,'8e93e440f571a4dac32666ef784bf1f9',64),
(1579,'55c8079ac96c6a4f6a94e3460c79e400',72),
(1580,'744b93f9950fc38dad705556931ea481',72),
(1581,'d6d824abba4afde81129c71dea75b810',0),
(1582,'235aa062e6372588dbae00552abf36b8',0),
(1583,'8bcbb4c131df56f7c79066016241cc4b',9),
(1584,'f343a80aafa11416dbea660c9adb5728',9),
(1585,'4c15f47afe7f817fd559e12ddbc276f4',18),
(1586,'40367c3cc999a9f9e951a1d33211545b',18),
(1587,'1d2028ddcd746a7ee87dd0739d743560',27),
(1588,'67b75961400e53222b0107d3e6c3b223',27),
(1589,'dcb5d6e69e4ded78464ae2843f509daf',36),
(1590,'556ea1b2f7420f2cd4e6d1d548f7389c',36),
(1591,'fcf1e4bf9cc9c1083647b91463e86f49',45),
(1592,'eb57f949956cc9f3c32eb7f249bbe56a',45),
(1593,'d6723fa996ced47773f2dea29cce9b11',54),
(1594,'d464f7141af4a42f6579fe8e7b5d3623',54),
(1595,'f7abf2a084c3668c7b90654bf0120508',63),
(1596,'f8b4b02c09cf57b204db3b18aa763786',63),
(1597,'c62510afc57db491f9f993387b76dd9a',72),
(1598,'0e3c49c57d4ab2494d55671730c35668',72),
(1599,'864995ea35b82212a9a2d456a3f89833',81),
(1600,'0985b889a1fe4f4e1fb925061ac6fb22',81),
(1601,'2c624232cdd221771294dfbb310aca00',0),
(1602,'9aaf689fbcdfe9f64a071f9cbe28ae44',0),
(1603,'9537f32ec7599e1ae953af6c9f929fe7',0),
(1604,'737c6b9773fa031bee4787ad780d2c9c',0),
(1605,'8df66f64b57424391d363fd6b811fed3',0),
(1606,'12b637dd6a40e81118a123a7dde7d54c',0),
(1607,'48a1706eca5ee6148f748ca91a0f7db6',0),
(1608,'c2c2cbd7d05c03ab560138b5633fd405',0),
(1609,'e6f47e008cc58b38596e6fdf2f50a0fe',0),
(1610,'f8a5da214f3f6c281e008924914e7dec',0),
(1611,'ecac903ea62dc1d5446a88330af0a17c',0),
(1612,'5b33003a928495b97792ac286d477b54',0),
(1613,'1de4d95a81eb1780d5c21a880a8be659',0),
(1614,'b2382de3cdaaf0c8e505cd370821d784',0),
(1615,'1706be6c293444756e72b05e4afa9eb1',0),
(1616,'15b9e0db83ca5103d0d81f2725849321',0),
(1617,'d72a11d264e746464ed45f73e1ec058e',0),
(1618,'0ee372d0a0fefa4431a2ece96d93c06f',0),
(1619,'5e61b431f3823da05836b2139f9a811c',0),
(1620,'00f6112fe58387958ef80793a3474642',0),
(1621,'4ec9599fc203d176a301536c2e091a19',0),
(1622,'9989a37538faecc495bbe774b30fb447',0),
(1623,'85daaf6f7055cd5736287faed9603d71',1),
(1624,'63ecbfa3a1ad34a1fdd5e3dd3aeaec31',1),
(1625,'5966abd0cbfc86f98a186531b2b4ee5f',2),
(1626,'f5efb6e05e55f7eda6e88bec2eec69e6',2),
(1627,'aae02129362d611717b6c00ad8d73bf8',3),
(1628,'095eaa09cd36d1f1e7a963c9ad618eda',3),
(1629,'4c8d5b6c695d265fb63dd73f275a2104',4),
(1630,'0f47caa1afdc7b7c8f1b627e85db55ba',4),
(1631,'8952115444bab6de66aab97501f75fee',5),
(1632,'1eb3da012cf952c58269bd949984611b',5),
(1633,'ee377871c73631fd6543ddb5164d0b48',6),
(1634,'ae92bee5080ffa3533774ef98ec7858b',6),
(1635,'6c0f3412848008d49d186d5fad7fd148',7),
(1636,'c0d2b0fe4d7671d1bb90703e6ab60ab1',7),
(1637,'2b4da94214015b4281ac65905270bda4',8),
(1638,'8ffe8459134b46975acd31df13a50c51',8),
(1639,'4779bc407343d916c5a4f6a996174046',9),
(1640,'54e87e2783378cd883fb63bea84e2ecd',9),
(1641,'59e19706d51d39f66711c2653cd7eb12',0),
(1642,'a73060afb61efe1b7c817645d00c342d',0),
(1643,'2747b7c718564ba5f066f0523b03e17f',2),
(1644,'94c47d91f1bebd7b85fb5b4210cb24a8',2),
(1645,'9d693eeee1d1899cbc50b6d45df953d3',4),
(1646,'6dfb97632210ac38a071667cf8be7df8',4),
(1647,'2452984f72ef1195df62ab3f23748777',6),
(1648,'040fe555cb4f5459547ee1da624040b0',6),
(1649,'cbf2f7864f1c988391a9ab199627a29b',8),
(1650,'da4bb298d82e8b0c1cde703b60549806',8),
(1651,'bd3a797ba948938978965781bd341bc0',10),
(1652,'7e46d737fdcad87443ca5b30dd756a5e',10),
(1653,'67c312330b0371a0a37c565cf44ef264',12),
(1654,'e6c3b6f798b0e8d63406a281cf31ed72',12),
(1655,'7c3d90003d7d645be0b5f3782533c198',14),
(1656,'a0bd94956b9f42cde97b95b10ad65bba',14),
(1657,'43d244581aa23a744de9d775979165eb',16),
(1658,'4f6ceab7942f9dece7e2e0e93b2c1656',16),
(1659,'73c2e083e4e933fc3ba76abc2bd6aea8',18),
(1660,'aef662afc24b5edde66ab972975340f6',18),
(1661,'aea92132c4cbeb263e6ac2bf6c183b5d',0),
(1662,'0c1c43111448b131d65b3b380041de26',0),
(1663,'d6a4031733610bb080d0bfa794fcc9db',3),
(1664,'41966e55400c17d811391ad507c6af70',3),
(1665,'8ae4c23b80d1e7c8ff79e515fe791ebd',6),
(1666,'8de143c7e8ffc2a50d4910226e432106',6),
(1667,'5d8f6cce532a7aeb57196be623440959',9),
(1668,'929335bd815765d7b6766e83703418a3',9),
(1669,'18d37c950a3e810d9b9a84c72c230ca1',12),
(1670,'0594f04659a605a1a4cf43dce46b70de',12),
(1671,'8def3488486c17dfbc2861301b63237c',15),
(1672,'0f8e631d28e2a339b435ea55da61c718',15),
(1673,'f4dd301311d96b70a2ee62a6bccfe21b',18),
(1674,'6df26dfff059f42aeb0607a761d34c2b',18),
(1675,'102624ac0a714fa26aa0f8569b1aa0f0',21),
(1676,'30606ac3b4fd5c618ac4c6555ce007ed',21),
(1677,'cef5838d118dccd9de488f16a934cf10',24),
(1678,'23765fc69c4e3c0b10f5d15471dc2245',24),
(1679,'21eb478c997305f06e5e0d043d3ec5ac',27),
(1680,'6eac02c2ab0dc9378be87d5d04da2fd7',27),
(1681,'98010bd9270f9b100b6214a21754fd33',0),
(1682,'6d6ae523edc27b235030584adf12a890',0),
(1683,'ec2e990b934dde55cb87300629cedfc2',4),
(1684,'542cacae1d41132ac9e10320dc192103',4),
(1685,'766cb53c753baedac5dc782593e04694',8),
(1686,'da2c575e48ee7651b9e99a511216b827',8),
(1687,'06b2d82840e43ed8432b3f444de18b57',12),
(1688,'7f9401303ba2dafb41c911e1957b16e3',12),
(1689,'a4ecdd704d258aa841bb3f9a1e3b0caf',16),
(1690,'57c03210be824f7a26151a1000ae617d',16),
(1691,'6e2d4d3a3d4c4bb21b09565723006114',20),
(1692,'48f31b127dde9f650b07d6d68488d734',20),
(1693,'c86a2932e1c79343a3c16fb218b99447',24),
(1694,'a16c0ab260e30b22cd06fadf9a6a30c4',24),
(1695,'0c658eb5d61e88c86f37613342bbce6c',28),
(1696,'03d0925ac4f53b4b02d68e21baf79305',28),
(1697,'de498b9901677f58da56b38a515db0a6',32),
(1698,'33afd662cef42c907d9b9a13796a954d',32),
(1699,'b1e92fe0fa7edab2161fa5090a65e065',36),
(1700,'03b0bd366e8184f8d871c3a7c7cc26c7',36),
(1701,'6208ef0f7750c111548cf90b6ea1d0d0',0),
(1702,'fb5316204aa75301303e70a2e9555cf9',0),
(1703,'7ed8f0f3b707956d9fb1e889e11153e0',5),
(1704,'589302a339e5059513c12b404e3dd270',5),
(1705,'a30f4ef42176d28f0e2293533c5f532e',10),
(1706,'d8ed8ca27d83a63df6982905ea53b461',10),
(1707,'62a0eae98b9fc0bd0ad941ae07ae5e2a',15),
(1708,'40207240ec43f8d817b96f2ee3e78aac',15),
(1709,'ad21a2b810af49a8b9241e10dfce3a01',20),
(1710,'c4da2d0f7e453e96af0d89290487d88f',20),
(1711,'dd8e8c8c9dae8978f122d7bcf3d0d49f',25),
(1712,'67a375e4ddcdb509545a752ea82be28b',25),
(1713,'c22e1a4acbd2d996ff19a852585f9434',30),
(1714,'b72b8ff4cac9641a216743dce4985c75',30),
(1715,'f15223dcc0da90206acdce51c6a9e249',35),
(1716,'3404e567432e7e13aec580b6e1475f98',35),
(1717,'8e46760943785a93c7bbfd1b0e733299',40),
(1718,'92151fcdb9a5905261ba18d5eede8cac',40),
(1719,'debc96817a3523d6f3cde58b00abaf64',45),
(1720,'522e6198a268c62c01c9944cc2c06902',45),
(1721,'a21855da08cb102d1d217c53dc5824a3',0),
(1722,'0f0b82fae280ae9fec1905f029b6ee9a',0),
(1723,'80c3cd40fa35f9088b8741bd8be6153d',6),
(1724,'68ac846d8dc1c75da907a425479be9dd',6),
(1725,'8b496bf96bbcc9e5ac11c068b6cfb00c',12),
(1726,'3bad45f2cc9f047e72cd5cf44eabbd27',12),
(1727,'8e6aee9efac8086ebac545d45c63e0d0',18),
(1728,'a985bb36df0be53b3487b4d0c57cae5f',18),
(1729,'1e5ee5e58c8f490ae68e7e91b1575ebe',24),
(1730,'6b6803d3f23f64d048b7d5e5d1b828c9',24),
(1731,'f8818b67ab25419ad5b1bd6144057349',30),
(1732,'a2258ffaf9a1490a7a7a01c282b1fe03',30),
(1733,'6f81082badfd007354ac6ebb78adaa04',36),
(1734,'328c58f0f1726122097e75379a5d2ff5',36),
(1735,'f7b856c054de7ccced087ad4f9413380',42),
(1736,'4cbe3d6227abe57a801103c2e9a89c1c',42),
(1737,'d2e655334ee2e4841be477484381df16',48),
(1738,'8c9eda5bb5b3cc9e59a1a08e2ff9dba0',48),
(1739,'d6420a4ee44bc345c7bf3a2efbab98e0',54),
(1740,'a48622b535728587fd351763d1296c7e',54),
(1741,'349c41201b62db851192665c504b350f',0),
(1742,'d88c39de46401a311ffda92d37930b4a',0),
(1743,'01d54579da446ae1e75cda808cd18843',7),
(1744,'59a6d3288187dfcd54bb45d3ab2d4f07',7),
(1745,'ee62de25ccc2b55d3a0495244b246fb9',14),
(1746,'fa9b1cc5d156de5b6ebd583ff1fe2c17',14),
(1747,'21ef779311a43f0e067d0f4f600bb545',21),
(1748,'81a4373c77b042b75ad630f0af56de33',21),
(1749,'200dd69b70a88134b3a939de5f0b10c4',28),
(1750,'a13df1211cf4c38cdb7a165c67f8e5ab',28),
(1751,'b2cc86ae48fd3b8775335b586b3549e5',35),
(1752,'c6437e0ba0560952cb942343f521c60f',35),
(1753,'cebe3d9d614ba5c19f63356610431585',42),
(1754,'18bed1232c7d6375b760860a0c1904bf',42),
(1755,'93411f44e228b5004bdec50f32b6c646',49),
(1756,'79672d8381e02513e7941767f7692499',49),
(1757,'f1916530dae6514fd8ba7c17eadab5ba',56),
(1758,'8a80efe71cf1850186e908f82e61d9ab',56),
(1759,'759b87b87ba0c0c701d14eb2e6e31560',63),
(1760,'46635b56d3c7f0b7bb26adae2a1692de',63),
(1761,'8b940be7fb78aaa6b6567dd7a3987996',0),
(1762,'9dacbde326501c9f63debf4311ae5e2b',0),
(1763,'d6061bbee6cf13bd73765faaea7cdd0a',8),
(1764,'b62764dc19af7e6a2fd312662a2fe207',8),
(1765,'23c657f2efda7731a3c1990b25f318fa',16),
(1766,'c999d2c4092b50ce7f8be2dc448be4aa',16),
(1767,'ab5e292db6495899871d889aaab28308',24),
(1768,'e401f2bd399f3456e5348217a7908ca5',24),
(1769,'a77b6cbdf6fae1676369dea1e1ea675e',32),
(1770,'cf23dc33d6aba13592a72190564ed18b',32),
(1771,'a917ca757ac59f9d568616140c2f7236',40),
(1772,'d24eac45e69be063cc0053eb02650954',40),
(1773,'1c63ed9164d61acfd1f4f3a7b6dfacbd',48),
(1774,'2ed927e972728bc356c12808c31656d1',48),
(1775,'82607c98dec8f45ac84e7eae445d8da6',56),
(1776,'ad7a0849a3ea6e33c1e2b80f50222f76',56),
(1777,'5e968ce47ce4a17e3823c29332a39d04',64),
(1778,'9988ad0a66f28fe8611962a06a593865',64),
(1779,'ba9c5622470525f1bbed5f36077631df',72),
(1780,'8266498d969081c29737b8daeb5b51d6',72),
(1781,'29db0c6782dbd5000559ef4d9e953e30',0),
(1782,'4aec429ac0bfafdbb8dab14f41d1b7a9',0),
(1783,'a4e00d7e6aa82111575438c5e5d3e632',9),
(1784,'c18a8ad752fb7e649161dcabed2d1fb9',9),
(1785,'76ebdb6d45c61ca12e622118cc90939a',18),
(1786,'d59a23c3feff6c21bbd651244d14c563',18),
(1787,'188c1fdca79d927f6e812133173fc41d',27),
(1788,'b41f1aff4d998f2ee49db0454b48ed69',27),
(1789,'f138665c5aa6600801452ebb40df70c4',36),
(1790,'0d9653b98d117db68a8977412dc81e8b',36),
(1791,'bf7db3a1fea244ba0c173404b5abb382',45),
(1792,'191024c47d6c2b3c24a570326b7e29f0',45),
(1793,'e4c6a9f38e8e4d127290cf104ac1f46d',54),
(1794,'2fe98face8187bcd9a099889cbb3d02c',54),
(1795,'4d5e5deb0353d3a6c0b5cf97de0a2308',63),
(1796,'79b50932dd998d253b85c9f6c57c6b64',63),
(1797,'1bde41ce9b4fccbf7dde0dc315d1aea5',72),
(1798,'802e03bf48898b84a3c55bc1269b5f40',72),
(1799,'462c39f8e9bbf461369150222f749305',81),
(1800,'d54123de468bd42ea00dafbd777f85fe',81),
(1801,'19581e27de7ced00ff1ce50b2047e7a5',0),
(1802,'6ad4a6b1e5ea5569795e516d71909e0c',0),
(1803,'0fd42b3f73c448b34940b339f87d07ad',0),
(1804,'6711597a2bc4e5878638c2115353f079',0),
(1805,'83f814f7a92e365cbd79f9addceed185',0),
(1806,'fd68fcf88c30b4df82ec214bb6b559ed',0),
(1807,'43c727ee4fc7250574d2ef90cfa16626',0),
(1808,'0c1a70e4512ee6f78c92820756a4026c',0),
(1809,'480f5a496560ae4228bb7977ecf29b2c',0),
(1810,'efe8564971192c24d29c7aedb7c5230a',0),
(1811,'a05198938c6ca8cd56289c6dba6bb8aa',0),
(1812,'7054d0451000f27e0673c136e684b10b',0),
(1813,'1f594da9b409f7f4b9dc5015a81761b2',0),
(1814,'8cd6cb7e1601eb5dcd0a0d3d8f62c2dd',0),
(1815,'92c5fd0421c1d619cbf1bdba83a20726',0),
(1816,'e41fbda961c9b0a19e1232a464bdf5a0',0),
(1817,'0b06d2ffebd5c025cf444cb95a73e1ff',0),
(1818,'4fc779c823fd37ed61f66a6ae37c9dff',0),
(1819,'b123f95a5578ac2ffb571adb3fd60b02',0),
(1820,'8e614d39a1f1279958da1c9f7e8df51d',0),
(1821,'9400f1b21cb527d7fa3d3eabba93557a',0),
(1822,'61ab550f4c85a975cd46f8606ede483d',0),
(1823,'3038bfb575bee6a0e61945eff8784835',1),
(1824,'b280279a0ef279d0b9f0bdc4162591db',1),
(1825,'314f04b30f62e0056bd059354a5536fb',2),
(1826,'53f4041ba0cc8ed13c5a119242af44e6',2),
(1827,'156091ee0884f36de9836d58b6f05f35',3),
(1828,'560229669058290cfa539ba7fb4bbe33',3),
(1829,'cc6aed2709b80e146bebc151f1cf1dec',4),
(1830,'fea8344c6c192a73125b6b1469b96dd2',4),
(1831,'0cce0bd361c46fcde41daebc801da75e',5),
(1832,'ee9c43424bb4c242e06f1b84ca799282',5),
(1833,'86a3f9b13a5b652f93cb17e3f4d212d8',6),
(1834,'48af26beb80f0b14f33670336b3deb3b',6),
(1835,'02837c1944876b4fa860432c13f2d9b1',7),
(1836,'24eb60438e77548b221428f6b624cc20',7),
(1837,'bc57590a33fe355e174396df60ac503f',8),
(1838,'99cf15ac55d54e0c14d9bd363e3037ab',8),
(1839,'b50d427a71ef5f98a1bdd4335b71d381',9),
(1840,'274dfec6e079fb08d6b5771537c54d3f',9),
(1841,'35135aaa6cc23891b40cb3f378c53a17',0),
(1842,'d9a5223b761c375d1263e6e57ebec42d',0),
(1843,'6566230e3a3ce3774c1bbc7c18b590ae',2),
(1844,'e9ab39f01d431c5250493a3dc493bba9',2),
(1845,'08490295488a1189099751ebeddb5992',4),
(1846,'ee932b02fc14995ab1085f9c686b916d',4),
(1847,'0791963ca2667a23cf3268ad25d7bb6c',6),
(1848,'ce0d320a502ecee73ce06e640cad426c',6),
(1849,'2d1007980f49215311f7f1012e84f99b',8),
(1850,'ca0a39458de3f06338529071528cd9a8',8),
(1851,'8920a14a7f6469b955b114111564cb97',10),
(1852,'6f52d3110a0e41e462ac098244206ed6',10),
(1853,'1ad269a743bd01b5bb74f135c332a4ac',12),
(1854,'d4a66133ca14d9c93ec5ab56bb5afe81',12),
(1855,'509694b0a010c6431900e71b8210521a',14),
(1856,'98b1690510df1bf21fe13018a2641b19',14),
(1857,'a807c0dc0a5b5ea4a70b12ba52ead3d3',16),
(1858,'19e639b064bdb018bbf393d0f751e6e5',16),
(1859,'e0e3fcdfb0803ca538910c12042cb623',18),
(1860,'639c1115ab55d139a527f7bb3c1a9570',18),
(1861,'0b918943df0962bc7a1824c0555a3893',0),
(1862,'00037f39cf870a1f49129f9c82d93566',0),
(1863,'8d27ba37c5d810106b55f3fd6cdb3584',3),
(1864,'5b64147d2864c61f08bdd4fb85c70d4d',3),
(1865,'79bf08685d3138f9b109c3546780f056',6),
(1866,'f97350101e1a9de922bdbb762a336952',6),
(1867,'fc95ce176603e9e1d1ffee39023b31dd',9),
(1868,'462b01670e50875a9df97c18e87cd367',9),
(1869,'050a010ce24d0896056e9a36a1940738',12),
(1870,'d55a6ae3aba2d301e18b7bb6baa9d0ac',12),
(1871,'5109a4e14cbbfda6b4512fc17ff13814',15),
(1872,'731d65cdd441fde25333a70782a07891',15),
(1873,'2cfd4b162e427e8e59a2fedf7d5d138e',18),
(1874,'5549c0d54cb3bce4019f7f4b0f9ebad2',18),
(1875,'40962624bfc236888ff8a68a74b0c301',21),
(1876,'b1d7183ef649ed5aac1542c4251412d0',21),
(1877,'7f3ee9fe1fbf452b0c242614e1cad18b',24),
(1878,'6793f9e266ce6ebd9638631553a952f0',24),
(1879,'aaf57ee8c549ef3df8a07abf3a0df0f0',27),
(1880,'94ad0b5b0a595b7eaafe9404423d8543',27),
(1881,'0e17daca5f3e175f448bacace3bc0da4',0),
(1882,'0c62cc42d6479a691f03083654ab6a7a',0),
(1883,'05ada863a4cf9660fd8c68e2295f1d35',4),
(1884,'3b2252403733f1c121b735f144853af4',4),
(1885,'9f484139a27415ae2e8612bf6c65a810',8),
(1886,'4579e127cc265d745b89f77b7e266e9e',8),
(1887,'72ba187b05e705de2dced5824d716a71',12),
(1888,'6f42ae6ab479ee1698056d7ac5452bd3',12),
(1889,'4a30a219a9d7663fdd35c0a5df49c8d5',16),
(1890,'afd7745eb596901684c7c919fcd6554b',16),
(1891,'068814875fcdfb8faf539ef43cf5d109',20),
(1892,'75abf1771c0d9038e45203aa60375841',20),
(1893,'5480ab857f30bc9abdc0d88179b66cb3',24),
(1894,'3cc16f8f6eede20fc56248b7da32561c',24),
(1895,'6165d33e490f91dbf808b194904d4f07',28),
(1896,'ef1d1c50e751f3944e2fc1bbe88c2263',28),
(1897,'12e967ca0f368d0d8511518c58c69291',32),
(1898,'1e7f898d348376614dae4b5ffb06d849',32),
(1899,'3033cf66fa728da7a2940d823aad8118',36),
(1900,'82887006d04d939ffca870bc268a940d',36),
(1901,'3e1e967e9b793e908f8eae83c74dba9b',0),
(1902,'12051e9967d26fabc3b319b06be4bb57',0),
(1903,'ff2ccb6ba423d356bd549ed4bfb76e96',5),
(1904,'118a91dd9d8f92a02d5ddc7881e260ba',5),
(1905,'7c252ab334fb8fd88e8242c4972c21db',10),
(1906,'b32523d903bfe2355dca166631f0ed93',10),
(1907,'9197e4844abed2fea3569a2acf7b0d58',15),
(1908,'80b6b4d2701219ca5adae9c5de9f7a00',15),
(1909,'42f0bec3310ddd8a55e8d62817337ca4',20),
(1910,'8b8b2039da03dec40c356d392dddbdae',20),
(1911,'0d6f9709edaeba4bebf576d6b886b8c7',25),
(1912,'1e797595727addd0e2663019e48d48a6',25),
(1913,'5c17cac5569c1ab72a3f009c7608dfc4',30),
(1914,'aed8be046f04a89cfa707bb5c1c52e6f',30),
(1915,'b967fb22d506bda1b4d8a878f46c8586',35),
(1916,'314e9ad1bb068ed152ce11d5afe81046',35),
(1917,'12bdc9eedc0abc0dc0f5a4c36836d8ba',40),
(1918,'40e485376e18da6155ec4830fe17aed6',40),
(1919,'e6d3cee8c029277da8d978deb058e435',45),
(1920,'5c0b1ae7ef3b0e1552cd215596a4449a',45),
(1921,'c75cb66ae28d8ebc6eded002c28a8ba0',0),
(1922,'2ff2a721fab172f1ab7e77774978c698',0),
(1923,'f57e5cb1f4532c008183057ecc942838',6),
(1924,'36d144ea081f24500bf72163ccde3d47',6),
(1925,'f747870ae666c39b589f577856a0f719',12),
(1926,'6028e2a87c5080933ca436888c9d2663',12),
(1927,'5f193b350c8aba4883dedf97367ef308',18),
(1928,'eed5fe88eedf687582e394a4afc70a7b',18),
(1929,'c6bd343ae0007cdb979de7540f2668fe',24),
(1930,'a61c5cdf78281955d9ab0ef81d8d6d84',24),
(1931,'c7ce483fd1cc5fd498e7e2a09851c65f',30),
(1932,'c98c37cbc0242b2cd603d4ad823a1c29',30),
(1933,'bf31e6128301d31bb4014faf6b1e0f05',36),
(1934,'411922c1ae8248b994a04fe6f0886450',36),
(1935,'afa472a961fbcb09314e81b2c3eb19cd',42),
(1936,'eb861137efa007794537eac2795cec2e',42),
(1937,'5b7c4e75c9485e2e988dce7c57bd9e99',48),
(1938,'930f7bc78c2340e72256603f3c3803be',48),
(1939,'16b30490a644117a249c2018f31f7d29',54),
(1940,'fd21cc3cb5062bc4ac714c489e1ca0e3',54),
(1941,'98a3ab7c340e8a033e7b37b6ef942875',0),
(1942,'de2d0a787b3351763f3c1a45aca2d08a',0),
(1943,'3068430da9e4b7a674184035643d9e19',7),
(1944,'ed07bf12b8fe09324c8bc24c6738e1a8',7),
(1945,'efd96aedf377e20afd95285a7c751a86',14),
(1946,'f478525457dcd5ec6223e52bd3df32d1',14),
(1947,'64c212df34c66e6fe9fccbfebc8899c1',21),
(1948,'8cfecd937a9328ecb71d3c08e5dd3120',21),
(1949,'9869a8a3a11a33284dc2bcc3d2e6ffd5',28),
(1950,'8c40a6d264e529987be355b303cb0818',28),
(1951,'59b524f8de039389005bce58385cae1d',35),
(1952,'ec11f26d671bcc37162187abc1cf6a07',35),
(1953,'34e2ad7b31cd9ee87c038c10fd6fbe31',42),
(1954,'b93e56aec7724213a91e5c44256af055',42),
(1955,'87a4a78ecb6deb2dee9ddd0678d03800',49),
(1956,'457f8d7fda944376d24150aa30ed8cee',49),
(1957,'4f97f2eebf92cde58c103466712fa2f6',56),
(1958,'5f93230da0c7dd66d20f077670a66d39',56),
(1959,'8590ac062555493444893ec5871609df',63),
(1960,'11d1ff4edd53407199c92b00cbc3abe8',63),
(1961,'cd70bea023f752a0564abb6ed08d42c1',0),
(1962,'8cf04f0d07191f042b1d11880ab80618',0),
(1963,'7045d16ae7f043ec25774a0a85d6f479',8),
(1964,'e9ef91d2836a3d6a880c71604dda2bc5',8),
(1965,'af180e4359fc6179dc953abdcbdcaf7c',16),
(1966,'0e0c8d9c5fa46e66bd8293289e410bbc',16),
(1967,'b98880883fd8d975260f1807fa46a515',24),
(1968,'e40a3fa00fd2788c09beb9d57d12f881',24),
(1969,'e4be97ce765e6cfcd703884cc31db747',32),
(1970,'3c61752810703534f06918f7a048693a',32),
(1971,'fbe697429f16141bc71e3b91f3823641',40),
(1972,'c5080dbc42e822a31c72ebf171d79394',40),
(1973,'fc4fb94d36f45aa9d13358022455e55d',48),
(1974,'41e32284df1a73272655a26bfe6d4919',48),
(1975,'35a9e381b1a27567549b5f8a6f783c16',56),
(1976,'ced6f3c05e1dfefa8455fa60aacdd2d7',56),
(1977,'a829c72c42755e384141ad8f163e4965',64),
(1978,'285f8e7a01879313d77ac190b1699826',64),
(1979,'926a7fc32c08e49183ba9969eb0fe284',72),
(1980,'9113b98df80f877c7a2ee5d865a04c95',72),
(1981,'8c1f1046219ddd216a023f792356ddf1',0),
(1982,'330e14d4ae80612334d94c488d29eb46',0),
(1983,'5a39cadd1b007093db50744797c7a04a',9),
(1984,'7123d367e354baefc7131376b2e3bbab',9),
(1985,'308831041ea4863c3f87d222c31f7594',18),
(1986,'df4011e630c0cda98a2323d4a528f461',18),
(1987,'0f78540965a86402578f8188c826c1cb',27),
(1988,'3485da2e4aaa4c692d04e570406af48b',27),
(1989,'db3defda18fafc0c197740438051c690',36),
(1990,'a3d0c75739a3c6a80dcb6f9d71f9da29',36),
(1991,'182dc6b90f1c9cd913c39a6b5506f582',45),
(1992,'8e57858ab42fef1ee804b572421beb31',45),
(1993,'c9a5da075f9e5c3e7a916570946fed48',54),
(1994,'aeaa6370266a3650553410b0d9f8f3e0',54),
(1995,'ce02d4b6d1aceeea96a562c10923d590',63),
(1996,'63a4b69673ba773821ec0128843e7c2a',63),
(1997,'91d95f436356bc3df44d44406a139351',72),
(1998,'7c72066c66a912cdecd0cc67136a49d3',72),
(1999,'83cf8b609de60036a8277bd0e9613575',81),
(2000,'ce8457d59078a699acb70416f88155a9',81);
/*!40000 ALTER TABLE `many` ENABLE KEYS */;
UNLOCK TABLES;
/*!50003 SET @saved_cs_client      = @@character_set_client */ ;
/*!50003 SET @saved_cs_results     = @@character_set_results */ ;
/*!50003 SET @saved_col_connection = @@collation_connection */ ;
/*!50003 SET character_set_client  = utf8mb4 */ ;
/*!50003 SET character_set_results = utf8mb4 */ ;
/*!50003 SET collation_connection  = utf8mb4_general_ci */ ;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = '' */ ;
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER many_before BEFORE INSERT ON many FOR EACH ROW SET NEW.n = NEW.n + 1000000 
*/;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET character_set_client  = @saved_cs_client */ ;
/*!50003 SET character_set_results = @saved_cs_results */ ;
/*!50003 SET collation_connection  = @saved_col_connection */ ;

--
-- Table structure for table `no_key`
--

DROP TABLE IF EXISTS `no_key`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `no_key` (
  `v` int(11) DEFAULT NULL,
  `w` text DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `no_key`
--

LOCK TABLES `no_key` WRITE;
/*!40000 ALTER TABLE `no_key` DISABLE KEYS */;
INSERT INTO `no_key` VALUES
(1,'same'),
(1,'same'),
(NULL,NULL);
/*!40000 ALTER TABLE `no_key` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `odd ``name`` ; -- x`
--

DROP TABLE IF EXISTS `odd ``name`` ; -- x`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `odd ``name`` ; -- x` (
  `a b` int(11) NOT NULL,
  `select` int(11) DEFAULT NULL,
  `Ã¼\x` int(11) DEFAULT NULL,
  `"` int(11) DEFAULT NULL,
  PRIMARY KEY (`a b`),
  KEY `in``dex` (`select`,`Ã¼\x`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `odd ``name`` ; -- x`
--

LOCK TABLES `odd ``name`` ; -- x` WRITE;
/*!40000 ALTER TABLE `odd ``name`` ; -- x` DISABLE KEYS */;
INSERT INTO `odd ``name`` ; -- x` VALUES
(1,2,3,4),
(5,6,7,8);
/*!40000 ALTER TABLE `odd ``name`` ; -- x` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `only_here`
--

DROP TABLE IF EXISTS `only_here`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `only_here` (
  `u` uuid NOT NULL,
  `i6` inet6 DEFAULT NULL,
  `dyn` blob DEFAULT NULL,
  `hidden` int(11) INVISIBLE DEFAULT 7,
  `co` text /*M!100301 COMPRESSED*/ DEFAULT NULL,
  PRIMARY KEY (`u`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `only_here`
--

LOCK TABLES `only_here` WRITE;
/*!40000 ALTER TABLE `only_here` DISABLE KEYS */;
INSERT INTO `only_here` (`u`, `i6`, `dyn`, `hidden`, `co`) VALUES ('123e4567-e89b-12d3-a456-426614174000','2001:db8::ff00:42:8329','\0\0\0\0\0\0\0\0ab-two',9,'squeezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueezesqueeze');
/*!40000 ALTER TABLE `only_here` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `parent`
--

DROP TABLE IF EXISTS `parent`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `parent` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `code` varchar(20) NOT NULL DEFAULT 'a,b;''c',
  `twin` int(10) unsigned DEFAULT NULL,
  `note` text DEFAULT NULL COMMENT 'quotes '' and ; and -- and /* in a comment',
  PRIMARY KEY (`id`),
  UNIQUE KEY `code` (`code`),
  KEY `note` (`note`(20)),
  KEY `parent_twin` (`twin`),
  FULLTEXT KEY `note_words` (`note`),
  CONSTRAINT `parent_twin` FOREIGN KEY (`twin`) REFERENCES `parent` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=1000 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `parent`
--

LOCK TABLES `parent` WRITE;
/*!40000 ALTER TABLE `parent` DISABLE KEYS */;
INSERT INTO `parent` VALUES
(1,'one',2,'the quick brown fox'),
(2,'two',1,NULL),
(3,'three',3,'');
/*!40000 ALTER TABLE `parent` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `parts`
--

DROP TABLE IF EXISTS `parts`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `parts` (
  `id` int(11) NOT NULL,
  `at` date NOT NULL,
  `v` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`,`at`),
  KEY `v` (`v`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
 PARTITION BY RANGE (year(`at`))
(PARTITION `p0` VALUES LESS THAN (2000) ENGINE = InnoDB,
 PARTITION `p1` VALUES LESS THAN (2020) ENGINE = InnoDB,
 PARTITION `p2` VALUES LESS THAN MAXVALUE ENGINE = InnoDB);
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `parts`
--

LOCK TABLES `parts` WRITE;
/*!40000 ALTER TABLE `parts` DISABLE KEYS */;
INSERT INTO `parts` VALUES
(3,'2025-06-01',NULL),
(1,'1999-12-31',1),
(2,'2000-01-01',2);
/*!40000 ALTER TABLE `parts` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `period`
--

DROP TABLE IF EXISTS `period`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `period` (
  `id` int(11) NOT NULL,
  `s` date NOT NULL,
  `e` date NOT NULL,
  PERIOD FOR `app` (`s`, `e`),
  UNIQUE KEY `id` (`id`,`app` WITHOUT OVERLAPS)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `period`
--

LOCK TABLES `period` WRITE;
/*!40000 ALTER TABLE `period` DISABLE KEYS */;
INSERT INTO `period` VALUES
(1,'2020-01-01','2021-01-01'),
(1,'2021-01-01','2022-01-01');
/*!40000 ALTER TABLE `period` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Table structure for table `versioned`
--

DROP TABLE IF EXISTS `versioned`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `versioned` (
  `id` int(11) NOT NULL,
  `v` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci WITH SYSTEM VERSIONING;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `versioned`
--

LOCK TABLES `versioned` WRITE;
/*!40000 ALTER TABLE `versioned` DISABLE KEYS */;
INSERT INTO `versioned` VALUES
(1,1),
(2,2);
/*!40000 ALTER TABLE `versioned` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Temporary table structure for view `z_base`
--

DROP TABLE IF EXISTS `z_base`;
/*!50001 DROP VIEW IF EXISTS `z_base`*/;
SET @saved_cs_client     = @@character_set_client;
SET character_set_client = utf8mb4;
/*!50001 CREATE VIEW `z_base` AS SELECT
 NULL AS `id`,
 NULL AS `code` */;
SET character_set_client = @saved_cs_client;

--
-- Table structure for table `zero_auto`
--

DROP TABLE IF EXISTS `zero_auto`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `zero_auto` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `v` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=8 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `zero_auto`
--

LOCK TABLES `zero_auto` WRITE;
/*!40000 ALTER TABLE `zero_auto` DISABLE KEYS */;
INSERT INTO `zero_auto` VALUES
(-3,3),
(0,1),
(7,2);
/*!40000 ALTER TABLE `zero_auto` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Dumping events for database 'features'
--
/*!50106 SET @save_time_zone= @@TIME_ZONE */ ;
/*!50106 DROP EVENT IF EXISTS `nightly` */;
DELIMITER ;;
/*!50003 SET @saved_cs_client      = @@character_set_client */ ;;
/*!50003 SET @saved_cs_results     = @@character_set_results */ ;;
/*!50003 SET @saved_col_connection = @@collation_connection */ ;;
/*!50003 SET character_set_client  = utf8mb4 */ ;;
/*!50003 SET character_set_results = utf8mb4 */ ;;
/*!50003 SET collation_connection  = utf8mb4_general_ci */ ;;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;;
/*!50003 SET sql_mode              = '' */ ;;
/*!50003 SET @saved_time_zone      = @@time_zone */ ;;
/*!50003 SET time_zone             = 'SYSTEM' */ ;;
/*!50106 CREATE*/ /*!50117 DEFINER=`root`@`localhost`*/ /*!50106 EVENT `nightly` ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' ON COMPLETION NOT PRESERVE ENABLE COMMENT 'off; on' DO BEGIN DELETE FROM no_key; END 
*/ ;;
/*!50003 SET time_zone             = @saved_time_zone */ ;;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;;
/*!50003 SET character_set_client  = @saved_cs_client */ ;;
/*!50003 SET character_set_results = @saved_cs_results */ ;;
/*!50003 SET collation_connection  = @saved_col_connection */ ;;
DELIMITER ;
/*!50106 SET TIME_ZONE= @save_time_zone */ ;

--
-- Dumping routines for database 'features'
--
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = '' */ ;
/*!50003 DROP FUNCTION IF EXISTS `twice_of` */;
/*!50003 SET @saved_cs_client      = @@character_set_client */ ;
/*!50003 SET @saved_cs_results     = @@character_set_results */ ;
/*!50003 SET @saved_col_connection = @@collation_connection */ ;
/*!50003 SET character_set_client  = utf8mb4 */ ;
/*!50003 SET character_set_results = utf8mb4 */ ;
/*!50003 SET collation_connection  = utf8mb4_general_ci */ ;
DELIMITER ;;
CREATE DEFINER=`root`@`localhost` FUNCTION `twice_of`(x INT) RETURNS int(11)
    NO SQL
    DETERMINISTIC
    COMMENT 'it''s; doubled'
BEGIN
  -- a comment; with a semicolon
  /* and another */
  RETURN x * 2;
END
;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET character_set_client  = @saved_cs_client */ ;
/*!50003 SET character_set_results = @saved_cs_results */ ;
/*!50003 SET collation_connection  = @saved_col_connection */ ;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = '' */ ;
/*!50003 DROP PROCEDURE IF EXISTS `add_child` */;
/*!50003 SET @saved_cs_client      = @@character_set_client */ ;
/*!50003 SET @saved_cs_results     = @@character_set_results */ ;
/*!50003 SET @saved_col_connection = @@collation_connection */ ;
/*!50003 SET character_set_client  = utf8mb4 */ ;
/*!50003 SET character_set_results = utf8mb4 */ ;
/*!50003 SET collation_connection  = utf8mb4_general_ci */ ;
DELIMITER ;;
CREATE DEFINER=`root`@`localhost` PROCEDURE `add_child`(IN p INT, OUT n INT)
BEGIN
  DECLARE s TEXT DEFAULT 'a;b''c $$ not the end';
  SELECT COALESCE(MAX(child.n), 0) + 1 INTO n FROM child WHERE parent_id = p;
  INSERT INTO child (parent_id, n, after_generated) VALUES (p, n, s);
END
;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET character_set_client  = @saved_cs_client */ ;
/*!50003 SET character_set_results = @saved_cs_results */ ;
/*!50003 SET collation_connection  = @saved_col_connection */ ;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = 'PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ORACLE,NO_KEY_OPTIONS,NO_TABLE_OPTIONS,NO_FIELD_OPTIONS,NO_AUTO_CREATE_USER,SIMULTANEOUS_ASSIGNMENT' */ ;
/*!50003 DROP PACKAGE IF EXISTS `pack` */;
/*!50003 SET @saved_cs_client      = @@character_set_client */ ;
/*!50003 SET @saved_cs_results     = @@character_set_results */ ;
/*!50003 SET @saved_col_connection = @@collation_connection */ ;
/*!50003 SET character_set_client  = utf8mb4 */ ;
/*!50003 SET character_set_results = utf8mb4 */ ;
/*!50003 SET collation_connection  = utf8mb4_general_ci */ ;
DELIMITER ;;
CREATE DEFINER="root"@"localhost" PACKAGE "pack" AS FUNCTION f RETURN INT; PROCEDURE p(x INT); END
;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET character_set_client  = @saved_cs_client */ ;
/*!50003 SET character_set_results = @saved_cs_results */ ;
/*!50003 SET collation_connection  = @saved_col_connection */ ;
/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;
/*!50003 SET sql_mode              = 'PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ORACLE,NO_KEY_OPTIONS,NO_TABLE_OPTIONS,NO_FIELD_OPTIONS,NO_AUTO_CREATE_USER,SIMULTANEOUS_ASSIGNMENT' */ ;
/*!50003 DROP PACKAGE BODY IF EXISTS `pack` */;
/*!50003 SET @saved_cs_client      = @@character_set_client */ ;
/*!50003 SET @saved_cs_results     = @@character_set_results */ ;
/*!50003 SET @saved_col_connection = @@collation_connection */ ;
/*!50003 SET character_set_client  = utf8mb4 */ ;
/*!50003 SET character_set_results = utf8mb4 */ ;
/*!50003 SET collation_connection  = utf8mb4_general_ci */ ;
DELIMITER ;;
CREATE DEFINER="root"@"localhost" PACKAGE BODY "pack" AS
  FUNCTION f RETURN INT AS BEGIN RETURN 5; END;
  PROCEDURE p(x INT) AS BEGIN SELECT x; END;
END
;;
DELIMITER ;
/*!50003 SET sql_mode              = @saved_sql_mode */ ;
/*!50003 SET character_set_client  = @saved_cs_client */ ;
/*!50003 SET character_set_results = @saved_cs_results */ ;
/*!50003 SET collation_connection  = @saved_col_connection */ ;

--
-- Current Database: `features two`
--

CREATE DATABASE /*!32312 IF NOT EXISTS*/ `features two` /*!40100 DEFAULT CHARACTER SET latin1 COLLATE latin1_swedish_ci */;

USE `features two`;

--
-- Temporary table structure for view `over`
--

DROP TABLE IF EXISTS `over`;
/*!50001 DROP VIEW IF EXISTS `over`*/;
SET @saved_cs_client     = @@character_set_client;
SET character_set_client = utf8mb4;
/*!50001 CREATE VIEW `over` AS SELECT
 NULL AS `v`,
 NULL AS `code` */;
SET character_set_client = @saved_cs_client;

--
-- Table structure for table `t`
--

DROP TABLE IF EXISTS `t`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `t` (
  `id` int(11) NOT NULL,
  `v` varchar(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `v` (`v`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;
/*!40101 SET character_set_client = @saved_cs_client */;

--
-- Dumping data for table `t`
--

LOCK TABLES `t` WRITE;
/*!40000 ALTER TABLE `t` DISABLE KEYS */;
INSERT INTO `t` VALUES
(1,'one'),
(2,'zwei ÃŸ');
/*!40000 ALTER TABLE `t` ENABLE KEYS */;
UNLOCK TABLES;

--
-- Dumping events for database 'features two'
--

--
-- Dumping routines for database 'features two'
--

--
-- Current Database: `features`
--

USE `features`;

--
-- Final view structure for view `a_on_z`
--

/*!50001 DROP VIEW IF EXISTS `a_on_z`*/;
/*!50001 SET @saved_cs_client          = @@character_set_client */;
/*!50001 SET @saved_cs_results         = @@character_set_results */;
/*!50001 SET @saved_col_connection     = @@collation_connection */;
/*!50001 SET character_set_client      = utf8mb4 */;
/*!50001 SET character_set_results     = utf8mb4 */;
/*!50001 SET collation_connection      = utf8mb4_general_ci */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `a_on_z` AS select `z_base`.`id` AS `id`,ucase(`z_base`.`code`) AS `code` from `z_base` where `z_base`.`id` > 0 */;
/*!50001 SET character_set_client      = @saved_cs_client */;
/*!50001 SET character_set_results     = @saved_cs_results */;
/*!50001 SET collation_connection      = @saved_col_connection */;

--
-- Final view structure for view `checked`
--

/*!50001 DROP VIEW IF EXISTS `checked`*/;
/*!50001 SET @saved_cs_client          = @@character_set_client */;
/*!50001 SET @saved_cs_results         = @@character_set_results */;
/*!50001 SET @saved_col_connection     = @@collation_connection */;
/*!50001 SET character_set_client      = utf8mb4 */;
/*!50001 SET character_set_results     = utf8mb4 */;
/*!50001 SET collation_connection      = utf8mb4_general_ci */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `checked` AS select `parent`.`id` AS `id`,`parent`.`code` AS `code` from `parent` where `parent`.`id` < 100 */
/*!50002 WITH CASCADED CHECK OPTION */;
/*!50001 SET character_set_client      = @saved_cs_client */;
/*!50001 SET character_set_results     = @saved_cs_results */;
/*!50001 SET collation_connection      = @saved_col_connection */;

--
-- Final view structure for view `m_on_a`
--

/*!50001 DROP VIEW IF EXISTS `m_on_a`*/;
/*!50001 SET @saved_cs_client          = @@character_set_client */;
/*!50001 SET @saved_cs_results         = @@character_set_results */;
/*!50001 SET @saved_col_connection     = @@collation_connection */;
/*!50001 SET character_set_client      = utf8mb4 */;
/*!50001 SET character_set_results     = utf8mb4 */;
/*!50001 SET collation_connection      = utf8mb4_general_ci */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `m_on_a` AS select `a`.`id` AS `id`,count(`c`.`n`) AS `n` from (`a_on_z` `a` left join `child` `c` on(`c`.`parent_id` = `a`.`id`)) group by `a`.`id` */;
/*!50001 SET character_set_client      = @saved_cs_client */;
/*!50001 SET character_set_results     = @saved_cs_results */;
/*!50001 SET collation_connection      = @saved_col_connection */;

--
-- Final view structure for view `z_base`
--

/*!50001 DROP VIEW IF EXISTS `z_base`*/;
/*!50001 SET @saved_cs_client          = @@character_set_client */;
/*!50001 SET @saved_cs_results         = @@character_set_results */;
/*!50001 SET @saved_col_connection     = @@collation_connection */;
/*!50001 SET character_set_client      = utf8mb4 */;
/*!50001 SET character_set_results     = utf8mb4 */;
/*!50001 SET collation_connection      = utf8mb4_general_ci */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `z_base` AS select `parent`.`id` AS `id`,`parent`.`code` AS `code` from `parent` */;
/*!50001 SET character_set_client      = @saved_cs_client */;
/*!50001 SET character_set_results     = @saved_cs_results */;
/*!50001 SET collation_connection      = @saved_col_connection */;

--
-- Current Database: `features two`
--

USE `features two`;

--
-- Final view structure for view `over`
--

/*!50001 DROP VIEW IF EXISTS `over`*/;
/*!50001 SET @saved_cs_client          = @@character_set_client */;
/*!50001 SET @saved_cs_results         = @@character_set_results */;
/*!50001 SET @saved_col_connection     = @@collation_connection */;
/*!50001 SET character_set_client      = utf8mb4 */;
/*!50001 SET character_set_results     = utf8mb4 */;
/*!50001 SET collation_connection      = utf8mb4_general_ci */;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */
/*!50001 VIEW `over` AS select `features two`.`t`.`v` AS `v`,`p`.`code` AS `code` from (`features two`.`t` join `features`.`parent` `p` on(`p`.`id` = `features two`.`t`.`id`)) */;
/*!50001 SET character_set_client      = @saved_cs_client */;
/*!50001 SET character_set_results     = @saved_cs_results */;
/*!50001 SET collation_connection      = @saved_col_connection */;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on 2026-11-22  0:29:56

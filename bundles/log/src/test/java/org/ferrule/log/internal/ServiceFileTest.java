package org.ferrule.log.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ferrule.log.internal.LogConfig.Format;
import org.ferrule.log.internal.LogConfig.Level;
import org.ferrule.log.internal.LogConfig.ModuleLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the log service is told. */
class ServiceFileTest {
    private static final LogRotate USUAL = new LogRotate(16384, 7, 10, "");

    private static String content(Format format, Object... levels) {
        Map<String, ModuleLevel> wanted = new LinkedHashMap<>();
        for (int i = 0; i < levels.length; i += 2) {
            wanted.put((String) levels[i], new ModuleLevel((Level) levels[i + 1]));
        }
        return ServiceFile.of(new LogConfig(format, wanted, ""), USUAL);
    }

    /** As File Install reads it. */
    private static Properties read(String content) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(content));
        return properties;
    }

    /** The level of a logger, which must have one only. */
    private static String level(String content, String logger) throws IOException {
        Properties properties = read(content);
        String[] levels = properties.stringPropertyNames().stream()
                .filter(key -> key.matches("log4j2[.]logger[.].*[.]name")
                        && properties.getProperty(key).equals(logger))
                .map(key -> properties.getProperty(key.replaceFirst("name$", "level")))
                .toArray(String[]::new);
        assertEquals(1, levels.length, logger);
        return levels[0];
    }

    @Test
    void byDefaultItIsWhatIsShipped() {
        assertEquals(ServiceFile.shipped(), content(Format.TEXT));
    }

    @Test
    void itIsAscii() {
        String content = content(Format.JSON, "pool", Level.DEBUG);
        assertEquals(content, new String(content.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII));
        assertFalse(content.contains("\\"), "a backslash would be taken away");
    }

    @Test
    void filesAreRolledOverAsSaid() throws IOException {
        Properties read = read(ServiceFile.of(new LogConfig(Format.TEXT, Map.of(), ""), new LogRotate(64, 3, 4, "")));
        assertEquals("64KB", read.getProperty("log4j2.appender.rolling.policies.size.size"));
        assertEquals("64KB", read.getProperty("log4j2.appender.audit.policies.size.size"));
        assertEquals("3", read.getProperty("log4j2.appender.rolling.strategy.max"));
        assertEquals("4", read.getProperty("log4j2.appender.audit.strategy.max"));
    }

    @ParameterizedTest
    @CsvSource({
        "EMERG,FATAL",
        "ALERT,FATAL",
        "CRIT,FATAL",
        "ERROR,ERROR",
        "WARNING,WARN",
        "NOTICE,INFO",
        "INFORMATIONAL,INFO",
        "DEBUG,DEBUG"
    })
    void levelsAreThoseOfTheLogService(Level level, String logged) throws IOException {
        assertEquals(logged, level(content(Format.TEXT, "pool", level), "org.ferrule.pool"));
    }

    @Test
    void aModuleLogsUnderItsPackage() throws IOException {
        String content = content(Format.TEXT, "codec-zstd", Level.DEBUG, "pool", Level.ERROR);
        assertEquals("DEBUG", level(content, "org.ferrule.codec.zstd"));
        assertEquals("ERROR", level(content, "org.ferrule.pool"));
    }

    @Test
    void namesThatAreAlikeAreKeptApart() throws IOException {
        String content = content(Format.TEXT, "org.x.a_b", Level.DEBUG, "org.x.a.b", Level.ERROR);
        assertEquals("DEBUG", level(content, "org.x.a_b"));
        assertEquals("ERROR", level(content, "org.x.a.b"));
    }

    @Test
    void allIsForTheOthers() throws IOException {
        Properties read = read(content(Format.TEXT, "all", Level.WARNING));
        assertEquals("WARN", read.getProperty("log4j2.rootLogger.level"));
        assertEquals("INFO", read.getProperty("log4j2.logger.audit.level"));
    }

    @Test
    void whatIsShippedForALoggerIsReplaced() throws IOException {
        String shipped = ServiceFile.shipped();
        assertEquals("WARN", level(shipped, "org.apache.sshd"));
        assertEquals("DEBUG", level(content(Format.TEXT, "org.apache.sshd", Level.DEBUG), "org.apache.sshd"));
        assertEquals("DEBUG", level(content(Format.TEXT, "org.apache", Level.DEBUG), "org.apache"));
    }

    /** Whatever a module is called, who changed what is written down. */
    @ParameterizedTest
    @ValueSource(strings = {"audit", "sshd", "rootLogger"})
    void noModuleTakesAnothersName(String module) throws IOException {
        String content = content(Format.TEXT, module, Level.CRIT);
        assertEquals("INFO", level(content, "audit"));
        assertEquals("WARN", level(content, "org.apache.sshd"));
        assertEquals("FATAL", level(content, "org.ferrule." + module));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rolling", "audit"})
    void aJsonFileHasOneObjectALine(String appender) throws IOException {
        Properties read = read(content(Format.JSON));
        String layout = "log4j2.appender." + appender + ".layout.";
        assertEquals("JsonTemplateLayout", read.getProperty(layout + "type"));
        assertEquals(null, read.getProperty(layout + "pattern"));
        JsonObject template = JsonParser.parseString(read.getProperty(layout + "eventTemplate"))
                .getAsJsonObject();
        assertEquals(
                "[time, level, module, logger, thread, code, message, exception]",
                template.keySet().toString());
        template.entrySet()
                .forEach(field -> assertTrue(field.getValue().getAsJsonObject().has("$resolver"), field.getKey()));
    }

    /** What the log service does with a pattern's {@code %replace}. */
    private static String replaced(String field, String text) throws IOException {
        String template = read(content(Format.JSON)).getProperty("log4j2.appender.audit.layout.eventTemplate");
        String pattern = JsonParser.parseString(template)
                .getAsJsonObject()
                .getAsJsonObject(field)
                .get("pattern")
                .getAsString();
        Matcher parts = Pattern.compile("%replace\\{%[a-z]}\\{(.*)}\\{(.*)}").matcher(pattern);
        assertTrue(parts.matches(), pattern);
        return Pattern.compile(parts.group(1)).matcher(text).replaceAll(parts.group(2));
    }

    @ParameterizedTest
    @CsvSource({
        "org.ferrule.pool.internal.PoolService,pool",
        "org.ferrule.codec.zstd.internal.ZstdCodec,codec.zstd",
        "org.ferrule.stream.HandedListeners,stream",
        "org.apache.sshd.common.Session,org.apache.sshd.common.Session",
        "audit,audit"
    })
    void aMessageNamesItsModule(String logger, String module) throws IOException {
        assertEquals(module, replaced("module", logger));
    }

    @ParameterizedTest
    @CsvSource({
        "'01010028:3: No members available','01010028'",
        "'01420002:5: two\nlines','01420002'",
        "'no code: 01010028:3: here',''",
        "'two\nlines',''",
        "'',''"
    })
    void aMessageHasItsCodeApart(String message, String code) throws IOException {
        assertEquals(code, replaced("code", message));
    }
}

package org.ferrule.lab.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SplittableRandom;

/** Makes dumps of a table of orders, of some 32 MB, some of whose rows were changed since the first dump. */
final class DedupSql {
    private static final int ROWS = 180_000;

    /** What a dump puts into one statement. */
    private static final int IN_STATEMENT = 500;

    /** The random choices are the same in each run. */
    private static final long SEED = 7;

    private static final String[] SYLLABLES = {
        "ka", "lo", "mi", "ren", "tas", "vel", "dor", "an", "is", "pe", "qua", "zu", "ber", "nim", "sol", "hex"
    };
    private static final String[] STATES = {"new", "paid", "packed", "shipped", "returned", "closed"};

    private DedupSql() {}

    /** Makes the dump of which so many rows of a hundred differ from those of the first one, unless it is there. */
    static Path dump(Path folder, int percent) throws IOException {
        Path dump = folder.resolve("orders-" + percent + ".sql");
        if (!Files.exists(dump)) {
            Path unfinished = folder.resolve("orders-" + percent + ".part");
            try (BufferedWriter out = Files.newBufferedWriter(unfinished, StandardCharsets.US_ASCII)) {
                write(out, percent);
            }
            Files.move(unfinished, dump, StandardCopyOption.REPLACE_EXISTING);
        }
        return dump;
    }

    private static void write(BufferedWriter out, int percent) throws IOException {
        out.write("DROP TABLE IF EXISTS `orders`;\n"
                + "CREATE TABLE `orders` (`id` int NOT NULL, `customer` varchar(40), `mail` varchar(60), `article`"
                + " char(16), `note` varchar(80), `state` varchar(10), `quantity` int, `price` decimal(8,2), `created`"
                + " datetime, `changed` datetime, PRIMARY KEY (`id`));\n");
        SplittableRandom choice = new SplittableRandom(SEED);
        for (int row = 0; row < ROWS; row++) {
            boolean first = row % IN_STATEMENT == 0;
            boolean last = row % IN_STATEMENT == IN_STATEMENT - 1 || row == ROWS - 1;
            out.write(first ? "INSERT INTO `orders` VALUES\n" : "");
            out.write(row(row, choice.nextInt(100) < percent));
            out.write(last ? ";\n" : ",\n");
        }
    }

    /** An order; a changed one has another state, quantity, price and time of change. */
    private static String row(int number, boolean isChanged) {
        SplittableRandom random = new SplittableRandom(SEED + 1 + number);
        String customer = word(random) + " " + word(random);
        String mail = word(random) + random.nextInt(100) + "@" + word(random) + ".example";
        String article = String.format("%016x", random.nextLong());
        String note = word(random) + " " + word(random) + " " + word(random) + " " + random.nextInt(10_000);
        String created = time(random);
        SplittableRandom state = isChanged ? new SplittableRandom(-number) : random;
        return "(" + (100_000 + number) + ",'" + customer + "','" + mail + "','" + article + "','" + note + "','"
                + STATES[state.nextInt(STATES.length)] + "'," + (1 + state.nextInt(50)) + ","
                + state.nextInt(1, 5000) + "." + (10 + state.nextInt(90)) + ",'" + created + "','" + time(state)
                + "')";
    }

    private static String word(SplittableRandom random) {
        StringBuilder word = new StringBuilder();
        for (int i = 2 + random.nextInt(3); i > 0; i--) {
            word.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
        }
        return word.toString();
    }

    private static String time(SplittableRandom random) {
        return String.format(
                "2024-%02d-%02d %02d:%02d:%02d",
                1 + random.nextInt(12),
                1 + random.nextInt(28),
                random.nextInt(24),
                random.nextInt(60),
                random.nextInt(60));
    }
}

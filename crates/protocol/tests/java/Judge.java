import java.io.PrintWriter;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.protocol.types.ArrayOf;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Answers each line of one file with a line of another, by the message classes of Apache Kafka:
 *
 * describe NAME             the fields at every version, and the defaults
 * recode NAME FROM TO HEX   the bytes at version TO of the message that HEX is at version FROM
 * invent NAME VERSION SEED  the bytes of a message made of random values and edges
 * apis                      the API table, with the header versions
 * types CLASS               the records of an enum of record types, with their numbers
 *
 * An answer that begins with ! is an exception.
 */
public final class Judge {
    private static final String[] PACKAGES = {
        "org.apache.kafka.common.message.",
        "org.apache.kafka.common.metadata.",
        "org.apache.kafka.coordinator.group.generated.",
        "org.apache.kafka.coordinator.share.generated.",
        "org.apache.kafka.coordinator.transaction.generated.",
        "org.apache.kafka.raft.generated.",
        "org.apache.kafka.server.log.remote.metadata.storage.generated.",
    };

    public static void main(String[] args) throws Exception {
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(Path.of(args[1])))) {
            for (String line : Files.readAllLines(Path.of(args[0]))) {
                String[] words = line.split(" ", -1);
                try {
                    out.println(switch (words[0]) {
                        case "apis" -> apis();
                        case "types" -> types(Class.forName(words[1]));
                        case "describe" -> describe(find(words[1]));
                        case "recode" -> recode(find(words[1]), Short.parseShort(words[2]), Short.parseShort(words[3]),
                                HexFormat.of().parseHex(words[4]));
                        case "invent" -> invent(find(words[1]), Short.parseShort(words[2]), Long.parseLong(words[3]));
                        default -> throw new IllegalArgumentException(line);
                    });
                } catch (Exception e) {
                    Throwable cause = e.getCause() != null ? e.getCause() : e;
                    out.println("!" + cause.toString().replace('\n', ' '));
                }
            }
        }
    }

    private static Class<?> find(String name) throws ClassNotFoundException {
        for (String candidate : new String[] {name, name + "Data"}) {
            for (String prefix : PACKAGES) {
                try {
                    return Class.forName(prefix + candidate);
                } catch (ClassNotFoundException e) {
                    // The next package may have it.
                }
            }
        }
        throw new ClassNotFoundException(name);
    }

    private static byte[] encode(Message message, short version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer buffer = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(buffer), cache, version);
        if (buffer.hasRemaining()) {
            throw new IllegalStateException("the size was counted wrong");
        }
        return buffer.array();
    }

    private static String recode(Class<?> type, short from, short to, byte[] bytes) throws Exception {
        ByteBufferAccessor readable = new ByteBufferAccessor(ByteBuffer.wrap(bytes));
        Message message = (Message) type.getConstructor(Readable.class, short.class).newInstance(readable, from);
        if (readable.remaining() > 0) {
            throw new IllegalStateException("bytes are left");
        }
        return HexFormat.of().formatHex(encode(message, to));
    }

    // ---- tables ----

    private static String apis() {
        StringBuilder out = new StringBuilder();
        for (ApiMessageType api : ApiMessageType.values()) {
            out.append(api.apiKey()).append(' ').append(api.name);
            for (ApiMessageType.ListenerType listener : api.listeners()) {
                out.append(' ').append(listener);
            }
            out.append(api.latestVersionUnstable() ? " unstable" : "");
            for (short v = api.lowestSupportedVersion(); v <= api.highestSupportedVersion(true); v++) {
                out.append(' ').append(v).append(':').append(api.requestHeaderVersion(v))
                    .append('/').append(api.responseHeaderVersion(v));
            }
            out.append("; ");
        }
        return out.toString();
    }

    private static String types(Class<?> type) throws Exception {
        TreeMap<Short, String> rows = new TreeMap<>();
        for (Object constant : type.getEnumConstants()) {
            List<String> row = new ArrayList<>();
            for (String maker : new String[] {"newMetadataRecord", "newRecordKey", "newRecordValue"}) {
                try {
                    row.add(type.getMethod(maker).invoke(constant).getClass().getSimpleName());
                } catch (NoSuchMethodException e) {
                    // Records of this kind have either a frame or a key and a value.
                }
            }
            rows.put((Short) type.getMethod("id").invoke(constant), String.join(" ", row));
        }
        return rows.toString();
    }

    // ---- describe ----

    private static String describe(Class<?> type) throws Exception {
        StringBuilder out = new StringBuilder();
        short first = type.getField("LOWEST_SUPPORTED_VERSION").getShort(null);
        short last = type.getField("HIGHEST_SUPPORTED_VERSION").getShort(null);
        for (short version = first; version <= last; version++) {
            out.append('v').append(version).append(text(schema(type, version))).append(' ');
        }
        Map<String, String> defaults = new TreeMap<>();
        addDefaults(type, "", defaults);
        return out + defaults.toString();
    }

    private static Schema schema(Class<?> type, short version) throws Exception {
        return ((Schema[]) type.getField("SCHEMAS").get(null))[version];
    }

    private static String text(Type type) {
        String nullable = type.isNullable() ? "?" : "";
        if (type instanceof Schema schema) {
            List<String> fields = new ArrayList<>();
            for (BoundField field : schema.fields()) {
                if (field.def.type instanceof TaggedFields tagged) {
                    new TreeMap<>(tagged.fields()).forEach((tag, def) ->
                        fields.add(tag + "=" + def.name + ":" + text(def.type)));
                    fields.add("tags");
                } else {
                    fields.add(field.def.name + ":" + text(field.def.type));
                }
            }
            return "{" + String.join(",", fields) + "}" + nullable;
        }
        if (type instanceof ArrayOf || type instanceof CompactArrayOf) {
            String prefix = type instanceof CompactArrayOf ? "COMPACT" : "";
            return prefix + "[" + text(type.arrayElementType().get()) + "]" + nullable;
        }
        return type.toString() + nullable;
    }

    private static void addDefaults(Class<?> type, String path, Map<String, String> defaults) throws Exception {
        Object instance = newInstance(type);
        for (Field field : fields(type)) {
            String name = path + field.getName();
            defaults.put(name, show(field.get(instance)));
            Class<?> part = part(field);
            if (part != null) {
                addDefaults(part, name + ".", defaults);
            }
        }
    }

    private static String show(Object value) {
        if (value instanceof Collection<?> collection && collection.isEmpty()) {
            return "[]";
        } else if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes) + "#";
        } else if (value instanceof ByteBuffer buffer) {
            return buffer.remaining() + "#";
        } else if (value instanceof Message) {
            return "{}";
        } else if (value instanceof String text) {
            return '"' + text + '"';
        }
        return String.valueOf(value);
    }

    // ---- reflection ----

    private static Object newInstance(Class<?> type) throws Exception {
        return type.getConstructor().newInstance();
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            boolean data = !Modifier.isStatic(field.getModifiers()) && !field.getName().startsWith("_")
                && !field.getName().equals("next") && !field.getName().equals("prev");
            if (data) {
                field.setAccessible(true);
                fields.add(field);
            }
        }
        return fields;
    }

    /** The struct that a field holds, itself or as elements, or null. */
    private static Class<?> part(Field field) {
        Class<?> type = field.getType();
        if (Message.class.isAssignableFrom(type)) {
            return type;
        }
        Class<?> element = elementType(field);
        return element != null && Message.class.isAssignableFrom(element) ? element : null;
    }

    private static Class<?> elementType(Field field) {
        if (field.getGenericType() instanceof ParameterizedType list) {
            return (Class<?>) list.getActualTypeArguments()[0];
        }
        if (Collection.class.isAssignableFrom(field.getType())) {
            return (Class<?>) ((ParameterizedType) field.getType().getGenericSuperclass()).getActualTypeArguments()[0];
        }
        return null;
    }

    // ---- invent ----

    private static String invent(Class<?> type, short version, long seed) throws Exception {
        Message message = (Message) newInstance(type);
        fill(message, schema(type, version), new Random(seed));
        return HexFormat.of().formatHex(encode(message, version));
    }

    private static String key(String name) {
        return name.replace("_", "").toLowerCase();
    }

    private static void fill(Message message, Schema schema, Random random) throws Exception {
        Map<String, Type> present = new LinkedHashMap<>();
        Set<Integer> known = null;
        for (BoundField field : schema.fields()) {
            if (field.def.type instanceof TaggedFields tagged) {
                known = new LinkedHashSet<>(tagged.fields().keySet());
                tagged.fields().forEach((tag, def) -> present.put(key(def.name), def.type));
            } else {
                present.put(key(field.def.name), field.def.type);
            }
        }
        for (Field field : fields(message.getClass())) {
            Type type = present.get(key(field.getName()));
            // Records that may not be null are null by default.
            boolean needed = field.getType() == BaseRecords.class || field.getType() == MemoryRecords.class;
            if (type != null && (needed || random.nextInt(6) != 0)) {
                field.set(message, value(field, type, random));
            }
        }
        if (known != null && random.nextInt(4) == 0) {
            int tag = 0;
            for (int i = 0; i < 1 + random.nextInt(2); i++) {
                do {
                    tag += 1 + random.nextInt(200);
                } while (known.contains(tag));
                message.unknownTaggedFields().add(new RawTaggedField(tag, bytes(random)));
            }
        }
    }

    private static Object value(Field field, Type type, Random random) throws Exception {
        if (type.isNullable() && random.nextInt(3) == 0) {
            return null;
        }
        if (type.isArray()) {
            Class<?> element = elementType(field);
            Type elementType = type.arrayElementType().get();
            @SuppressWarnings("unchecked")
            Collection<Object> items = field.getType() == List.class
                ? new ArrayList<>() : (Collection<Object>) newInstance(field.getType());
            boolean struct = elementType instanceof Schema;
            int count = !struct && random.nextInt(20) == 0 ? 130 : random.nextInt(4);
            for (int i = 0; i < count; i++) {
                items.add(one(element, elementType, random));
            }
            return items;
        }
        return one(field.getType(), type, random);
    }

    private static Object one(Class<?> java, Type type, Random random) throws Exception {
        if (type instanceof Schema schema) {
            Message part = (Message) newInstance(java);
            fill(part, schema, random);
            return part;
        }
        long[] edges = {0, 1, -1, Byte.MAX_VALUE, Byte.MIN_VALUE, Short.MAX_VALUE, Integer.MAX_VALUE,
            Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE};
        long number = random.nextBoolean() ? random.nextLong() : edges[random.nextInt(edges.length)];
        if (java == byte.class || java == Byte.class) {
            return (byte) number;
        } else if (java == short.class || java == Short.class) {
            return (short) number;
        } else if (java == int.class || java == Integer.class) {
            return type == Type.UINT16 ? (int) (number & 0xffff) : (int) number;
        } else if (java == long.class || java == Long.class) {
            return type == Type.UNSIGNED_INT32 ? number & 0xffffffffL : number;
        } else if (java == double.class) {
            return random.nextBoolean() ? random.nextGaussian() : Double.MIN_VALUE;
        } else if (java == boolean.class) {
            return random.nextBoolean();
        } else if (java == Uuid.class) {
            return new Uuid(number, random.nextLong());
        } else if (java == String.class) {
            return string(random);
        } else if (java == byte[].class) {
            return bytes(random);
        } else if (java == ByteBuffer.class) {
            return ByteBuffer.wrap(bytes(random));
        } else if (java == BaseRecords.class || java == MemoryRecords.class) {
            return MemoryRecords.readableRecords(ByteBuffer.wrap(bytes(random)));
        }
        throw new IllegalStateException("no values for " + java);
    }

    private static String string(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> "";
            case 1 -> "größe-日本-\uD83D\uDE80";
            case 2 -> "\u0000";
            case 3 -> "x".repeat(127 + random.nextInt(3));
            case 4 -> random.nextInt(10) == 0 ? "m".repeat(Short.MAX_VALUE) : "m";
            default -> "s" + random.nextInt(1000);
        };
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(8) == 0 ? 300 : random.nextInt(5)];
        random.nextBytes(bytes);
        return bytes;
    }
}

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One JVM that runs many main classes, several at a time.
 *
 * A command is one line on standard input: fields separated by a tab, each but the first in base64: an id, the main class,
 * the standard input of the program, its arguments. The answer is one line: the id, the exit code, standard output and
 * standard error in base64. Each command runs in a thread group of its own, by which its output is told
 * apart from that of others. When standard input ends, the JVM ends.
 */
public final class Runner {
    /** Thrown in place of leaving the JVM. */
    private static final class Exited extends Error {
        final int code;

        Exited(int code) {
            super("exit " + code, null, false, false);
            this.code = code;
        }
    }

    /** What one running command reads and writes. */
    private static final class Console extends ThreadGroup {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final InputStream in;
        final List<Runnable> hooks = Collections.synchronizedList(new ArrayList<>());
        volatile Integer exit;

        Console(String id, byte[] in) {
            super(id);
            this.in = new ByteArrayInputStream(in);
        }
    }

    /** The programs of the suite itself, which may run several times at once. */
    private static final Set<String> OWN = Set.of("JavaClient", "StreamsApp");
    private static final PrintStream STDOUT = System.out;
    private static final PrintStream STDERR = System.err;

    private static Console console() {
        for (ThreadGroup g = Thread.currentThread().getThreadGroup(); g != null; g = g.getParent()) {
            if (g instanceof Console c) {
                return c;
            }
        }
        return null;
    }

    /** Sends what is written to the console of the writing thread. */
    private static final class Split extends OutputStream {
        private final boolean error;

        Split(boolean error) {
            this.error = error;
        }

        private OutputStream target() {
            Console c = console();
            if (c == null) {
                return STDERR;
            }
            return error ? c.err : c.out;
        }

        @Override
        public void write(int b) throws java.io.IOException {
            target().write(b);
        }

        @Override
        public void write(byte[] b, int off, int len) throws java.io.IOException {
            target().write(b, off, len);
        }
    }

    private static final class SplitIn extends InputStream {
        @Override
        public int read() throws java.io.IOException {
            Console c = console();
            return c == null ? -1 : c.in.read();
        }

        @Override
        public int read(byte[] b, int off, int len) throws java.io.IOException {
            Console c = console();
            return c == null ? -1 : c.in.read(b, off, len);
        }
    }

    /** Kafka's tools leave through one class, whose procedures may be set; the clients alone come without it. */
    private static void catchExits() throws ReflectiveOperationException {
        Class<?> exit;
        try {
            exit = Class.forName("org.apache.kafka.common.utils.Exit");
        } catch (ClassNotFoundException e) {
            return;
        }
        for (String which : new String[] {"setExitProcedure", "setHaltProcedure"}) {
            for (var m : exit.getMethods()) {
                if (m.getName().equals(which)) {
                    Object procedure = Proxy.newProxyInstance(Runner.class.getClassLoader(),
                        new Class<?>[] {m.getParameterTypes()[0]}, (p, called, args) -> {
                            Console c = console();
                            if (c != null && c.exit == null) {
                                c.exit = (Integer) args[0];
                            }
                            throw new Exited((Integer) args[0]);
                        });
                    m.invoke(null, procedure);
                }
            }
        }
        for (var m : exit.getMethods()) {
            if (m.getName().equals("setShutdownHookAdder")) {
                Object adder = Proxy.newProxyInstance(Runner.class.getClassLoader(),
                    new Class<?>[] {m.getParameterTypes()[0]}, (p, called, args) -> {
                        Console c = console();
                        if (c != null) {
                            c.hooks.add((Runnable) args[1]);
                        }
                        return null;
                    });
                m.invoke(null, adder);
            }
        }
    }

    /** What a tool's library leaves the JVM by ends the command alone. */
    @SuppressWarnings("removal")
    private static void catchSystemExits() {
        // Who registers an MBean is asked of the policy as well.
        java.security.Policy.setPolicy(new java.security.Policy() {
            @Override
            public boolean implies(java.security.ProtectionDomain domain, java.security.Permission permission) {
                return true;
            }
        });
        System.setSecurityManager(new SecurityManager() {
            @Override
            public void checkPermission(java.security.Permission permission) {
                // Everything else is allowed.
            }

            @Override
            public void checkExit(int code) {
                Console c = console();
                if (c != null) {
                    if (c.exit == null) {
                        c.exit = code;
                    }
                    throw new Exited(code);
                }
            }
        });
    }

    private static int run(Console console, String main, String[] args) {
        // Some tools keep state in static fields, so that a class does not run twice at a time; the suite's own programs do not.
        Object turn = OWN.contains(main) ? new Object() : main.intern();
        synchronized (turn) {
            return runAlone(console, main, args);
        }
    }

    private static int runAlone(Console console, String main, String[] args) {
        try {
            Class.forName(main).getMethod("main", String[].class).invoke(null, (Object) args);
            return console.exit == null ? 0 : console.exit;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exited exited) {
                return console.exit == null ? exited.code : console.exit;
            }
            e.getCause().printStackTrace(System.err);
            return 1;
        } catch (ReflectiveOperationException e) {
            e.printStackTrace(System.err);
            return 127;
        }
    }

    private static void serve(String line) {
        String[] fields = line.split("\t", -1);
        String[] decoded = new String[fields.length - 3];
        String main = text(fields[1]);
        for (int i = 3; i < fields.length; i++) {
            decoded[i - 3] = text(fields[i]);
        }
        Console console = new Console(fields[0], Base64.getDecoder().decode(fields[2]));
        Thread thread = new Thread(console, () -> {
            int code = run(console, main, decoded);
            for (Runnable hook : List.copyOf(console.hooks)) {
                runHook(hook);
            }
            takeHooks(console).forEach(Runner::runHook);
            System.out.flush();
            System.err.flush();
            answer(fields[0], code, console);
        }, "main-" + fields[0]);
        thread.start();
    }

    private static void runHook(Runnable hook) {
        try {
            hook.run();
        } catch (Exited e) {
            // A hook that asks to leave has done its work.
        }
    }

    private static void runHook(Thread hook) {
        try {
            hook.start();
            hook.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The hooks that a command gave to the JVM itself. They would run when the JVM ends; where each command has a JVM of its own
     * that is when the command ends, and some tools do half of their work there. Needs {@code --add-opens java.base/java.lang}.
     */
    private static List<Thread> takeHooks(Console console) {
        try {
            Class<?> owner = Class.forName("java.lang.ApplicationShutdownHooks");
            var field = owner.getDeclaredField("hooks");
            field.setAccessible(true);
            synchronized (owner) {
                Map<?, ?> hooks = (Map<?, ?>) field.get(null);
                List<Thread> taken = hooks.keySet().stream().map(Thread.class::cast)
                    .filter(hook -> hook.getThreadGroup() != null && console.parentOf(hook.getThreadGroup())).toList();
                hooks.keySet().removeAll(taken);
                return taken;
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM keeps its hooks elsewhere", e);
        }
    }

    private static String text(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static synchronized void answer(String id, int code, Console console) {
        Base64.Encoder base64 = Base64.getEncoder();
        STDOUT.println(id + "\t" + code + "\t" + base64.encodeToString(console.out.toByteArray()) + "\t"
            + base64.encodeToString(console.err.toByteArray()));
        STDOUT.flush();
    }

    public static void main(String[] args) throws Exception {
        System.setOut(new PrintStream(new Split(false), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new Split(true), true, StandardCharsets.UTF_8));
        System.setIn(new SplitIn());
        catchExits();
        catchSystemExits();
        BufferedReader in = new BufferedReader(new InputStreamReader(
            new java.io.FileInputStream(java.io.FileDescriptor.in), StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            serve(line);
        }
        Runtime.getRuntime().halt(0);
    }
}

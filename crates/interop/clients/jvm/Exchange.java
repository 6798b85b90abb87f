import java.io.DataInputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Set;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;

/** One request over a connection of its own: for what no client sends by itself. */
final class Exchange {
    private static final Set<Errors> NOT_YET =
        Set.of(Errors.COORDINATOR_NOT_AVAILABLE, Errors.COORDINATOR_LOAD_IN_PROGRESS, Errors.NOT_COORDINATOR);
    private static final int DEADLINE_MS = 60_000;

    private Exchange() { }

    static AbstractResponse of(String bootstrap, AbstractRequest request) throws Exception {
        String[] address = bootstrap.split(":");
        RequestHeader header = new RequestHeader(request.apiKey(), request.version(), "raw", 1);
        ByteBuffer body = request.serializeWithHeader(header);
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            socket.setSoTimeout(DEADLINE_MS);
            ByteBuffer frame = ByteBuffer.allocate(4 + body.remaining()).putInt(body.remaining()).put(body);
            socket.getOutputStream().write(frame.array());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            return AbstractResponse.parseResponse(ByteBuffer.wrap(answer), header);
        }
    }

    /** What is answered once the coordinator is there: the first request of a broker's life has it made. */
    static AbstractResponse settled(String bootstrap, AbstractRequest request) throws Exception {
        for (long end = System.currentTimeMillis() + DEADLINE_MS;; Thread.sleep(20)) {
            AbstractResponse answer = of(bootstrap, request);
            if (Collections.disjoint(answer.errorCounts().keySet(), NOT_YET)) {
                return answer;
            }
            if (System.currentTimeMillis() > end) {
                throw new IllegalStateException("not in time: a coordinator");
            }
        }
    }
}

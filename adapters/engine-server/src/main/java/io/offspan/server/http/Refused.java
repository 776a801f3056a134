package io.offspan.server.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request that is not answered: a status of HTTP, and a sentence that says what was found, what is allowed and what to do. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(Refused.class);

    private final int status;

    /** @param status from 400 on */
    public Refused(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** Returns the answer to something that nobody expected, which is logged here. */
    static Refused because(Throwable failure) {
        if (failure instanceof Refused expected) {
            return expected;
        }
        if (failure instanceof OutOfMemoryError) {
            return new Refused(
                    503, "There is no memory for this request at this moment; send it again, or ask for less");
        }
        LOG.warn("Offspan: a request failed", failure);
        return new Refused(500, "This request failed: " + failure + "; the log of the server has more");
    }

    /** Returns the status. */
    public int status() {
        return status;
    }
}

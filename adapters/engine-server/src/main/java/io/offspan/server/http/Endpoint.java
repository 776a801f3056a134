package io.offspan.server.http;

/**
 * What answers the requests of a path.
 *
 * <p><b>Threads.</b> Any number at once.
 */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers a request, before it returns or, where the exchange reads a body, later.
     *
     * @throws Refused to answer with a status and a sentence
     * @throws Exception for what nobody expected, which is logged and answered with 500
     */
    void answer(Exchange exchange) throws Exception;
}

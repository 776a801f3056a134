package io.offspan.server.http;

/** Takes the body of a request when it is there, on some thread, and answers. */
public interface BodyTaker {
    /**
     * Takes what was sent.
     *
     * @param bytes valid until this returns
     * @throws Refused to have {@link #refused} called
     */
    void take(Bytes bytes) throws Exception;

    /** Answers when there is no body, or when what took it failed. */
    void refused(Refused refusal);
}

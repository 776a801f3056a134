package com.example.spans;

import io.offspan.testkit.contract.SpanStoreContract;
import io.offspan.testkit.contract.StoreUnderTest;

/** A list that loses its last request when it is opened again, which has to fail. */
class ForgetfulSpanListTest extends SpanStoreContract {
    @Override
    protected StoreUnderTest open() {
        return new SpanList() {
            @Override
            public void reopen() {
                if (!requests.isEmpty()) {
                    requests.remove(requests.size() - 1);
                }
            }
        };
    }
}

// Creates a group, mutes a member and lists who is muted, with the client of openapi-generator.

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.openapitools.client.ApiClient;
import org.openapitools.client.api.AccountApi;
import org.openapitools.client.api.GroupApi;
import org.openapitools.client.model.AccountToImport;
import org.openapitools.client.model.CreateGroupRequest;
import org.openapitools.client.model.CreateGroupResponse;
import org.openapitools.client.model.ForbidSendMsgRequest;
import org.openapitools.client.model.GetGroupMutedAccountRequest;
import org.openapitools.client.model.GetGroupMutedAccountResponse;
import org.openapitools.client.model.MultiaccountImportRequest;
import org.openapitools.client.model.MutedAccount;
import org.openapitools.client.model.NewGroupMember;

public final class Client {
  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(System.getenv("CHAT_ENDPOINT"));
    client.setRequestInterceptor(request -> request.uri(signed(request.build().uri())));
    GroupApi groups = new GroupApi(client);

    List<String> accounts = List.of("java-owner", "java-member");
    MultiaccountImportRequest people = new MultiaccountImportRequest();
    accounts.forEach(name -> people.addAccountListItem(new AccountToImport().userID(name)));
    expect(0, new AccountApi(client).accountMultiaccountImport(random(), "json", people).getErrorCode().getActualInstance());

    CreateGroupResponse created = groups.groupCreateGroup(random(), "json",
        new CreateGroupRequest()
            .ownerAccount(accounts.get(0))
            .type(CreateGroupRequest.TypeEnum.PUBLIC)
            .name("Java")
            .addMemberListItem(new NewGroupMember().memberAccount(accounts.get(1))));
    expect(0, created.getErrorCode().getActualInstance());
    String group = created.getGroupId();

    long start = Instant.now().getEpochSecond();
    expect(0, groups.groupForbidSendMsg(random(), "json",
        new ForbidSendMsgRequest()
            .groupId(group)
            .addMembersAccountItem(accounts.get(1))
            .muteTime(60L)).getErrorCode().getActualInstance());

    GetGroupMutedAccountResponse listed = groups.groupGetGroupMutedAccount(
        random(), "json", new GetGroupMutedAccountRequest().groupId(group));
    expect(1, listed.getMutedAccountList().size());
    MutedAccount member = listed.getMutedAccountList().get(0).getMutedAccount();
    expect(accounts.get(1), member.getMemberAccount());
    long seconds = member.getMutedUntil().getLong() - start;
    expect(true, seconds >= 60 && seconds < 120);

    GetGroupMutedAccountResponse refused = groups.groupGetGroupMutedAccount(
        random(), "json", new GetGroupMutedAccountRequest().groupId("no-such-group"));
    expect(10010, refused.getErrorCode().getActualInstance());
    System.out.println("the Java client received the expected responses");
  }

  private static URI signed(URI uri) {
    StringBuilder text = new StringBuilder(uri.toString());
    for (String name : List.of("sdkappid", "identifier", "usersig")) {
      String value = System.getenv("CHAT_" + name.toUpperCase());
      text.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
    return URI.create(text.toString());
  }

  private static long random() {
    return ThreadLocalRandom.current().nextLong(1L << 32);
  }

  private static void expect(Object expected, Object found) {
    boolean isNumber = expected instanceof Number && found instanceof Number;
    boolean isEqual = isNumber
        ? ((Number) expected).longValue() == ((Number) found).longValue()
        : expected.equals(found);
    if (!isEqual) {
      throw new AssertionError("expected " + expected + ", found " + found);
    }
  }
}

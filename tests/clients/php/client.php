<?php
// Loads every class of the client of openapi-generator, creates a group and lists who is muted.

declare(strict_types=1);

use OpenAPI\Client\Api\AccountApi;
use OpenAPI\Client\Api\GroupApi;
use OpenAPI\Client\Configuration;
use OpenAPI\Client\Model\AccountToImport;
use OpenAPI\Client\Model\CreateGroupRequest;
use OpenAPI\Client\Model\ForbidSendMsgRequest;
use OpenAPI\Client\Model\GetGroupMutedAccountRequest;
use OpenAPI\Client\Model\MultiaccountImportRequest;
use OpenAPI\Client\Model\NewGroupMember;

set_error_handler(function (int $level, string $message, string $file, int $line): bool {
    if (error_reporting() & $level) {
        throw new ErrorException($message, 0, $level, $file, $line);
    }
    return false;
}, E_ALL & ~E_DEPRECATED);

[, $folder] = $argv;
require 'GuzzleHttp/autoload.php';
spl_autoload_register(function (string $name) use ($folder): void {
    $file = $folder . '/lib/' . strtr(substr($name, strlen('OpenAPI\\Client\\')), '\\', '/') . '.php';
    if (str_starts_with($name, 'OpenAPI\\Client\\') && is_file($file)) {
        require_once $file;
    }
});
$files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator("$folder/lib"));
$count = 0;
foreach ($files as $file) {
    if ($file->getExtension() === 'php') {
        require_once $file->getPathname();
        $count += 1;
    }
}
expect(true, $count > 500);

$configuration = (new Configuration())->setHost(getenv('CHAT_ENDPOINT'));
foreach (['sdkappid', 'identifier', 'usersig'] as $name) {
    $configuration->setApiKey($name, getenv('CHAT_' . strtoupper($name)));
}
$groups = new GroupApi(null, $configuration);
$accounts = ['php-owner', 'php-member'];
$people = array_map(fn (string $name) => new AccountToImport(['user_id' => $name]), $accounts);
$imported = (new AccountApi(null, $configuration))->accountMultiaccountImport(
    random(),
    'json',
    new MultiaccountImportRequest(['account_list' => $people]),
);
expect(0, $imported->getErrorCode());

$created = $groups->groupCreateGroup(random(), 'json', new CreateGroupRequest([
    'owner_account' => $accounts[0],
    'type' => 'Public',
    'name' => 'PHP',
    'member_list' => [new NewGroupMember(['member_account' => $accounts[1]])],
]));
expect(0, $created->getErrorCode());

$start = time();
$muted = $groups->groupForbidSendMsg(random(), 'json', new ForbidSendMsgRequest([
    'group_id' => $created->getGroupId(),
    'members_account' => [$accounts[1]],
    'mute_time' => 60,
]));
expect(0, $muted->getErrorCode());

$wanted = new GetGroupMutedAccountRequest(['group_id' => $created->getGroupId()]);
$listed = $groups->groupGetGroupMutedAccount(random(), 'json', $wanted)->getMutedAccountList();
expect(1, count($listed));
expect($accounts[1], $listed[0]->getMemberAccount());
$seconds = $listed[0]->getMutedUntil() - $start;
expect(true, $seconds >= 60 && $seconds < 120);

$wanted = new GetGroupMutedAccountRequest(['group_id' => 'no-such-group']);
expect(10010, $groups->groupGetGroupMutedAccount(random(), 'json', $wanted)->getErrorCode());
echo "the PHP client received the expected responses\n";

function random(): int
{
    return random_int(0, 2 ** 32 - 1);
}

function expect(mixed $expected, mixed $found): void
{
    if ($expected !== $found) {
        throw new RuntimeException('expected ' . json_encode($expected) . ', found ' . json_encode($found));
    }
}

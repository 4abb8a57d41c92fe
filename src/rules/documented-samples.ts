import { createHash } from 'node:crypto';

/** SHA-256 of keys that documentation gives to everyone, so that the tree holds none of them. */
const SAMPLES: ReadonlyMap<string, string> = new Map([
  // Azurite and the Azure Storage emulator: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
  ['0011cc25eb4320717494d2703e8cba85743e71b500283c21c8b88147992f9059', "the storage emulator's account key"],
  // https://core.telegram.org/bots/api#authorizing-your-bot
  ['731fa294d036e54f19df879bfcd4fe72d967dc6327800c5f74a48414a3f258c9', "the bot token of Telegram's documentation"],
  ['6c96130f130ab0d6d158397e24d2bcc1c9a5e73ae081f6e983f1c7b545d24a4c', 'a sample of RFC 6749'],
  ['00cf4c781dc37003f7c7dd7d4c9a6ef1e0f4c62d9a291aa8bc398774e3fefd32', 'a sample of RFC 6749'],
  ['ca7459e2b26776de081b9a07e40227fd6cff232a1e3233ff6b6aa6d036ca9981', 'a sample of RFC 6749'],
  ['584b27d64ebc1b3341f7fc9a9c3f1a54422e9a1ca3079fd5531d9f489219f8d0', 'a sample of RFC 6749'],
  ['e9974c507d2a802143f614c878fcbb622a3800e05e6e0d329fee2c5b6b243329', 'a sample of RFC 6749'],
  ['ea9bdfd02c0c412c8cc36ba67f6c17f9b314b2c518e63ff3776077d68245736d', 'a sample of RFC 7009'],
  ['8d567eb88afff34f31ab97fbb2731e582703bdeaf3c92b989cf568e0b23cef31', 'a sample of RFC 5849'],
  ['9d03b692e941d5ace207a9f8048834439f6de98e5c6c1590c22c4f4577c88a42', 'a sample of RFC 5849'],
  ['cb87c87e4a138d9a72259d2a01bab15623c9846e568c1509b287721645a6ea53', 'a sample of RFC 5849'],
  ['293257ab6495ebb11cf9e4aee0686ca30df8de2ab8d251f2cbbcf177bdfcae91', 'a sample of RFC 5849'],
  ['cf4d418ed3de92d71f767db5391d5a2dacd40e1ce49e75d1137e2ecf4982d844', 'a sample of RFC 7617'],
  ['bb9b1163338b2a51495834ad5c65420443d6327381cf0f94ebf92b117f209d72', 'a sample of RFC 5849'],
  ['649e1f5c769e718ba10d1a702a36499a731441d960b06da91c4c97786bf84595', 'a sample of RFC 5849'],
  ['2ff8b0fb93aca981c78f1e94355c298c23435461f1072ef4674848e620371787', 'a sample of RFC 5849'],
  ['4c20e6f5cc11b93731e74cbe20739821d61c3563c9f50ecb884a27cd369f01fb', 'a sample of RFC 5849'],
  ['6aa14267d94944e6b6483c81f5ad37f87bbc7e88aa368d4aba1e71e0b79cd8c4', 'a sample of RFC 5849'],
  ['5586407997f5e8492fa0d6d310460386c80cc3542de6c876f75582bc219d4b82', 'a sample of RFC 5849'],
  ['a71b359a87afde133e6d9731de69f8823d62b012072d43749f5dc976505403f5', 'a sample of RFC 5849 and its drafts'],
  ['b8e148545b13c78bc74da2f1a7275dd71e56ddece129d7d2f7b3ecc06f7994da', 'a sample of RFC 6750'],
  ['a35b81a7d7927b70ec99270dd2362b88580a28574af812f2c02f56469579186f', 'a sample of RFC 6749'],
  ['d167410a16865cd6463a00034dff5e571738b101e6a273d9fe3fe30f10db5bd5', "a sample of OAuthLib's documentation"],
  ['055671f8eca862405311fe3824ff64926e956cf9b197781d723262f0f81558c8', "a sample of OAuthLib's documentation"],
  ['0df3a31d8bb54d63c62a7dc44316a4acd08e0437aec0c18fe5007c951fef9015', "a sample of OAuthLib's documentation"],
  // https://build.avax.network/docs/tooling/avalanche-cli: the funded key of every local network
  ['3efd669b4ea7e1a08eaa35049960c87d4662f23168b94314ae990c3d90c54d00', "the test key of Avalanche's local networks"],
  ['2243ae4c730144699810edff877f309b57c9f62289420157926505582ea6d1f9', 'a test vector of BIP-32'],
  // https://en.bitcoin.it/wiki/Wallet_import_format
  ['9d6a2b9d1f01d4577cbdce4de6f0834ac6b21d675518ace150009338685b5276', "the private key of Bitcoin's documentation"],
  // https://www.tencentcloud.com/document/product/213/15692
  ['f79e0f6dcacea1845aea7b20f0a6d88ea6863f7a69d4bcdecacdaa6127dab822', "the secret key of Tencent Cloud's documentation"],
  // https://developer.x.com/en/docs/authentication/oauth-2-0/bearer-tokens
  ['b390e2e57c227c0722bf8a283a4d3cb4dcf067da300d776b0b17797025b95824', "the bearer token of X's documentation"],
  // https://upstash.com/docs/qstash/howto/local-development
  ['b5f1743a394ce39b42493de7e6bc40226042491fb77bd417e40e92fcd11a8bd8', "the signing key of QStash's local server"],
  // https://upstash.com/docs/qstash/howto/local-development
  ['54c3b917bfd471e12e0713535d69ad97584a415916ab360f4838bd23f2d70ffe', "the signing key of QStash's local server"],
  // https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest
  ['e31b439d567ed6192014834272bfbb97cc50d279795e6ece07ac5e4d0ced1f49', "the private key of GitHub's documentation"],
  // https://docs.aws.amazon.com/cli/latest/reference/iam/create-login-profile.html and change-password.html
  ['6caa448826c11cd39c78a3a223c3ddb55358c975c0456e37058ccfbc559c86ce', "a password of AWS's documentation"],
  ['e6c2d3455587c47ccdd3df1271882656bc27be85f8eb6576eea35fe1aafa172a', "a password of AWS's documentation"],
  ['d8ccc3c547c850170a24a46dceca05861438dca7b115589739d526d2df404b66', "a password of AWS's documentation"],
  // https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_RetrieveEnvironmentInfo.html
  ['d2270e152abea353702abe08190653ee44269d642ebfcab2fe4e3049aff0bb13', "a signature of AWS's documentation"],
  // https://docs.aws.amazon.com/datasync/latest/userguide/API_AzureBlobSasConfiguration.html
  ['adc9755c14485b068dbf7da918d39a7ffee08d6e081b5a066de67ce08648e25e', "the SAS token of AWS DataSync's documentation"],
  ['49dc1de4ef7d66d328e5d6ddb55b7911e7c1257257ce35febb0725653a58be98', "the SAS token of AWS DataSync's documentation"],
  ['0233d4078df6ea2b87f5b3a8987d5f1ef6f1c887f0a18df7469019800c1cda92', "a signature of AWS's documentation"],
  // https://docs.aws.amazon.com/storagegateway/latest/APIReference/API_SetLocalConsolePassword.html
  ['143a54d093f18549a88e5a50e8c6d21fa28454031a4dbda0d0c0cadf45b6cfad', "a password of AWS's documentation"],
  // systemd.netdev(5), the example of WireGuard
  ['08136314cc06d4f2e8e9bf82cb999595f0a3ef7f9ffc0e2960cf849e1f5c09d2', "the private key of systemd's manual"],
  // https://pyjwt.readthedocs.io/en/stable/usage.html#retrieve-rsa-signing-keys-from-a-jwks-endpoint
  ['1a9e7de3fd045251395dfb186491794be6f20a7b46b5ac1caa60f33c36e1249d', "the JWT of PyJWT's documentation"],
  // https://github.com/stellar/stellar-protocol/blob/master/ecosystem/sep-0005.md
  ['4df8adb33d5d728d8dac2644073853f9d120330b8f8c39babd1ef74655cbb199', 'the first seed of the test cases of Stellar SEP-5'],
  // https://xrpl.org/docs/concepts/accounts/cryptographic-keys#seed
  ['518eb8d58afc53cd0ee6ad91bb5856241ac7d254447196797b1e73656c73f7b0', "the seed of the XRP Ledger's documentation"],
]);

/** Which documented sample this value is, or undefined. */
export function documentedSample(value: string): string | undefined {
  return value.length < 12 || value.length > 8192 ? undefined : SAMPLES.get(createHash('sha256').update(value, 'latin1').digest('hex'));
}

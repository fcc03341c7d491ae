// A user of the generated client: checks a picture by its address, and one in the request.
import { ChecksApi, ResponseError, Verdict } from "./index";

declare const process: { argv: string[] };

async function main(imageUrl: string, imageBase64: string): Promise<void> {
  const checks = new ChecksApi();
  const answer = await checks.checkPictureByUrl({ imageUrl, top: 3 });
  const verdict: Verdict = answer.matches[0].verdict;
  const sent = await checks.checkPicture({ pictureReference: { imageBase64 }, minMatch: 0 });
  const refusal = await checks.checkPictureByUrl({ imageUrl: "nowhere" }).catch((error: ResponseError) => error);
  const status = refusal instanceof ResponseError ? refusal.response.status : undefined;
  console.log(JSON.stringify({ isDuplicate: answer.isDuplicate, verdict, width: sent.query.width, status }));
}

void main(process.argv[2], process.argv[3]);

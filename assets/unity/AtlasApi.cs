using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Text;
using System.Threading;

namespace Atlas
{
    /// <summary>The service's answer about a job; the fields that a game needs.</summary>
    [Serializable]
    public sealed class AtlasJob
    {
        public string job_id;
        public string status;
        public float progress;
        public string message;

        public bool HasEnded
        {
            get { return status == "completed" || status == "failed" || status == "cancelled"; }
        }
    }

    /// <summary>
    /// Talks to `atlas serve`: posts photos, asks for the job, downloads the model. Plain .NET, without Unity, and blocking:
    /// call it from a thread of its own (AtlasModel does). JSON is read by the function that is given, for Unity has its own.
    /// </summary>
    public sealed class AtlasApi
    {
        readonly string url;
        readonly string token;
        readonly Func<string, AtlasJob> readJob;

        /// <param name="url">http://127.0.0.1:8787</param>
        /// <param name="token">as `atlas serve` keeps it in its storage folder</param>
        /// <param name="readJob">JsonUtility.FromJson&lt;AtlasJob&gt; in Unity</param>
        public AtlasApi(string url, string token, Func<string, AtlasJob> readJob)
        {
            this.url = url.TrimEnd('/') + "/api/v1";
            this.token = token;
            this.readJob = readJob;
        }

        /// <summary>Posts the photos as one job. The same idempotency key again makes no second job.</summary>
        public AtlasJob Submit(IEnumerable<string> photoPaths, string tier, string idempotencyKey)
        {
            string boundary = "atlas-" + Guid.NewGuid().ToString("N");
            HttpWebRequest request = Request("/jobs", "POST");
            request.ContentType = "multipart/form-data; boundary=" + boundary;
            request.SendChunked = true;
            request.AllowWriteStreamBuffering = false;
            request.Headers["Idempotency-Key"] = idempotencyKey;
            using (Stream body = request.GetRequestStream())
            {
                WriteText(body, "--" + boundary + "\r\nContent-Disposition: form-data; name=\"options\"\r\n\r\n"
                    + "{\"tier\":\"" + tier + "\"}\r\n");
                foreach (string path in photoPaths)
                {
                    string name = Path.GetFileName(path).Replace("\"", "%22");
                    WriteText(body, "--" + boundary + "\r\nContent-Disposition: form-data; name=\"images\"; filename=\""
                        + name + "\"\r\nContent-Type: application/octet-stream\r\n\r\n");
                    using (FileStream photo = File.OpenRead(path)) photo.CopyTo(body);
                    WriteText(body, "\r\n");
                }
                WriteText(body, "--" + boundary + "--\r\n");
            }
            return readJob(Text(request));
        }

        public AtlasJob Get(string jobId)
        {
            return readJob(Text(Request("/jobs/" + Uri.EscapeDataString(jobId), "GET")));
        }

        public AtlasJob Cancel(string jobId)
        {
            HttpWebRequest request = Request("/jobs/" + Uri.EscapeDataString(jobId) + "/cancel", "POST");
            request.ContentLength = 0;
            return readJob(Text(request));
        }

        /// <summary>Asks every second until the job has ended.</summary>
        public AtlasJob Wait(string jobId, Action<AtlasJob> onProgress, CancellationToken stop)
        {
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                AtlasJob job = Get(jobId);
                if (onProgress != null) onProgress(job);
                if (job.HasEnded) return job;
                stop.WaitHandle.WaitOne(1000);
            }
        }

        /// <summary>The model of a completed job, as GLB.</summary>
        public byte[] DownloadModel(string jobId)
        {
            using (WebResponse answer = Answer(Request("/jobs/" + Uri.EscapeDataString(jobId) + "/artifact", "GET")))
            using (Stream body = answer.GetResponseStream())
            using (MemoryStream bytes = new MemoryStream())
            {
                body.CopyTo(bytes);
                return bytes.ToArray();
            }
        }

        HttpWebRequest Request(string path, string method)
        {
            HttpWebRequest request = (HttpWebRequest)WebRequest.Create(url + path);
            request.Method = method;
            request.Headers["Authorization"] = "Bearer " + token;
            request.Timeout = 600000;
            return request;
        }

        static string Text(HttpWebRequest request)
        {
            using (WebResponse answer = Answer(request))
            using (StreamReader reader = new StreamReader(answer.GetResponseStream(), Encoding.UTF8)) return reader.ReadToEnd();
        }

        /// <summary>A refusal carries a problem with code and hint: it is the message of the exception.</summary>
        static WebResponse Answer(HttpWebRequest request)
        {
            try
            {
                return request.GetResponse();
            }
            catch (WebException error)
            {
                if (error.Response == null) throw;
                using (StreamReader reader = new StreamReader(error.Response.GetResponseStream(), Encoding.UTF8))
                {
                    int status = (int)((HttpWebResponse)error.Response).StatusCode;
                    string text = status.ToString(CultureInfo.InvariantCulture) + " " + reader.ReadToEnd();
                    throw new InvalidOperationException(text, error);
                }
            }
        }

        static void WriteText(Stream stream, string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            stream.Write(bytes, 0, bytes.Length);
        }
    }
}
